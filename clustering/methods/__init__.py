"""The clustering methods: one entry each in `registry`. A new algorithm is one entry."""

from clustering.methods.centers import kmeans_estimator
from clustering.methods.method import Labelled, Method, Setting
from clustering.methods.registry import METHODS
from clustering.methods.spec import INITS, ClusterSpec
from clustering.placing import NOISE

__all__ = ["INITS", "METHODS", "NOISE", "ClusterSpec", "Labelled", "Method", "Setting", "kmeans_estimator"]
