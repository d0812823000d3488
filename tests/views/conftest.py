"""All explorers, each made once with its own good numbers."""

import pytest

from cnnlib import views


@pytest.fixture(scope="session")
def made():
    """{public name: the explorer that its example() gives}; a test leaves them as they were."""
    return {name: example() for name, example in views.examples().items()}
