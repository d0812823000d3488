"""Print the mistakes of the corpus that are not told by name: python -m tests.corpus."""

from tests.test_corpus import reason_in, share_that_is_named

share, unnamed = share_that_is_named()
for one, verdict in unnamed:
    value = "" if callable(one.answer) else f" {one.answer!r}"
    print(f"{one.label}{value}: {reason_in(verdict)}")
print(f"told by name: {share:.1%}, not: {len(unnamed)}")
