"""Methods for other shapes than balls: bell-shaped crowds, trees, and neighbourhoods."""

import numpy as np
from numpy.linalg import LinAlgError
from scipy.sparse.linalg import ArpackError
from sklearn.cluster import SpectralClustering
from sklearn.mixture import GaussianMixture

from clustering.errors import FewerFound, InvalidSetting
from clustering.methods.method import Labelled
from clustering.methods.tree import Tree, grow
from clustering.placing import MostProbable


def gaussian_mixture(X, weights, spec, values, shared) -> Labelled:
    estimator = GaussianMixture(
        spec.n_clusters,
        covariance_type=values["covariance_type"],
        n_init=values["n_init"],
        reg_covar=values["reg_covar"],
        random_state=spec.random_state,
    )
    try:
        labels = estimator.fit_predict(X)
    except ValueError as error:
        raise FewerFound(
            f"No Gaussian mixture of {spec.n_clusters} crowds fits these customers: too many are alike. Raise "
            "reg_covar, ask for fewer segments, or take another shape of the crowds."
        ) from error
    figures = (("BIC", float(estimator.bic(X))), ("AIC", float(estimator.aic(X))))
    crowds = MostProbable(estimator.weights_, estimator.means_, _whitening(estimator))
    return Labelled(
        labels,
        crowds,
        estimator.means_,
        int(estimator.n_iter_),
        bool(estimator.converged_),
        figures,
        crowds.memberships,
    )


def _whitening(estimator: GaussianMixture) -> np.ndarray:
    """One matrix per crowd, whatever shape the crowds share; of shape (n_clusters, n_features, n_features)."""
    n_clusters, n_features = estimator.means_.shape
    found, whole = estimator.precisions_cholesky_, np.eye(n_features)
    return {
        "full": lambda: found,
        "tied": lambda: np.repeat(found[None], n_clusters, axis=0),
        "diag": lambda: found[:, :, None] * whole,
        "spherical": lambda: found[:, None, None] * whole,
    }[estimator.covariance_type]()


def tree(X, spec, values) -> Tree:
    return grow(X, values["linkage"])


def agglomerative(X, weights, spec, values, shared) -> Labelled:
    return Labelled(shared.cut(spec.n_clusters))


def spectral(X, weights, spec, values, shared) -> Labelled:
    if spec.n_clusters >= len(X):
        raise FewerFound(
            f"Spectral clustering needs more customers than segments; {len(X)} take part. Ask for fewer segments."
        )
    estimator = SpectralClustering(
        spec.n_clusters,
        affinity=values["affinity"],
        gamma=values["gamma"],
        n_neighbors=min(values["n_neighbors"], len(X)),
        random_state=spec.random_state,
    )
    try:
        return Labelled(estimator.fit_predict(X).astype(np.int64))
    except (ArpackError, LinAlgError) as error:
        raise InvalidSetting(
            "Spectral clustering cannot tell these customers apart: they hardly hang together. Look at more neighbours "
            "(smaller gamma, more n_neighbors), or take another method."
        ) from error
