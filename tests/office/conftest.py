"""One LibreOffice for all tests of this folder."""

import pytest

from tests.office.calc import ADVICE, Calc


@pytest.fixture(scope="session")
def calc(request, tmp_path_factory):
    """LibreOffice Calc; who asked for these tests by name is told that it is not there by their failing."""
    found = Calc(tmp_path_factory.mktemp("office"))
    if not found.works():
        if any("office" in argument for argument in request.config.args):
            pytest.exit(ADVICE, returncode=1)
        pytest.skip(ADVICE)
    return found
