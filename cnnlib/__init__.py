"""cnnlib: how a convolutional network computes its gradients. Importing it loads NumPy and nothing else."""
from cnnlib import geometry, reference

__all__ = ["geometry", "reference"]
