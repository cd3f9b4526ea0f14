import pytest
from differential.oracle import Oracle, available


@pytest.fixture(scope="module")
def oracle():
    if not available():
        pytest.skip("needs ../shared beside the repository, and Java")
    started = Oracle()
    yield started
    started.close()
