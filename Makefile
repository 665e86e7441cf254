# Needs make, a POSIX shell and Python 3.11 or newer. Everything else goes into .venv.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help run test test-postgres test-office test-spark test-cluster coverage load fuzz mutants audit bench bench-k bench-large broken

PORT ?= 8501
# The first of these that is new enough; or name one: make run PYTHON=/path/to/python3
PYTHON ?= python3.14 python3.13 python3.12 python3.11 python3

PIP := .venv/bin/python -m pip install --quiet --disable-pip-version-check

help:
	@echo 'make run    serve the app at http://127.0.0.1:$(PORT) (another port: make run PORT=8600)'
	@echo 'make test   check the code and run all tests, those in a browser included'
	@echo 'make test-postgres  run the SQL that is written for PostgreSQL in a real one, which is started for it'
	@echo 'make test-office  open every exported file in LibreOffice and look for a formula that would run'
	@echo 'make test-spark  tables on a Spark server, which is started for it (needs Java 17; installs 1 GB, once)'
	@echo 'make test-cluster  a Spark cluster of two workers, one of them killed in the middle of a fit'
	@echo 'make coverage  which lines and branches of clustering/ the tests run (at least 95 %)'
	@echo 'make load   twenty people at once, a server killed, memory over many visits (ten minutes)'
	@echo 'make fuzz   20,000 damaged and hostile inputs (an hour or so)'
	@echo 'make mutants  break clustering/ line by line and see whether a test notices (hours)'
	@echo 'make audit  known holes and licences of everything that is installed'
	@echo 'make bench  measure speed and memory against their limits (some minutes)'
	@echo 'make bench-large  20,000,000 rows within 1 GB, against the way in memory (15 minutes)'
	@echo 'make bench-k FOLDER=…  how often the recommended number of segments is right, on a folder of benchmark sets'

run: .venv/.installed-run
	@echo 'Cluster Explorer: http://127.0.0.1:$(PORT)'
# An upload is spooled to TMPDIR while it arrives, and a user's data should not touch the disk. A container's
# /dev/shm can be too small for two uploads of the largest size; a full one would refuse files that the disk can take.
# The server runs in the background so that the shell hears a signal and can remove the directory.
	@room=; server=; \
	trap '[ -z "$$server" ] || { kill "$$server" 2>/dev/null; wait "$$server"; }; [ -z "$$room" ] || rm -rf "$$room"' EXIT; \
	trap 'exit 130' INT; trap 'exit 143' TERM HUP; \
	free=$$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $$4 }'); \
	if [ "$${free:-0}" -ge 409600 ] && room=$$(mktemp -d /dev/shm/cluster-explorer.XXXXXX 2>/dev/null); then \
		TMPDIR=$$room; export TMPDIR; \
	else \
		echo 'No memory file system with enough room: uploads pass through a temporary file on disk while they arrive.'; \
	fi; \
	.venv/bin/python -m streamlit run serve.py --server.address=127.0.0.1 --server.port='$(PORT)' & \
	server=$$!; wait "$$server"

test: .venv/.installed-test
	@.venv/bin/python tests/browser/chromium.py
	.venv/bin/python -m ruff check .
	.venv/bin/python -m pytest --ignore=tests/browser --ignore=tests/postgres --ignore=tests/office --ignore=tests/spark --ignore=tests/spark_cluster -n auto --maxprocesses 4 --dist loadfile
	.venv/bin/python -m pytest tests/browser

test-postgres: .venv/.installed-postgres
	@tests/postgres/with_server .venv/bin/python -m pytest tests/postgres

test-office: .venv/.installed-test
	.venv/bin/python -m pytest tests/office

# Not in .venv, whose tests try what is said where nothing of Spark is installed.
test-spark test-cluster: .venv-spark/.installed .venv-spark-server/.installed
	@command -v java >/dev/null || { echo 'Spark needs Java 17 or 21; Debian, Ubuntu: apt-get install openjdk-17-jre-headless' >&2; exit 1; }
	.venv-spark/bin/python -m pytest tests/$(if $(filter test-spark,$@),spark,spark_cluster)

coverage: .venv/.installed-test
	.venv/bin/python -m pytest --ignore=tests/browser --ignore=tests/postgres --ignore=tests/office --ignore=tests/spark --ignore=tests/spark_cluster -n auto --maxprocesses 4 --dist loadfile \
		--cov=clustering --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=95

load: .venv/.installed-test
	.venv/bin/python -m tests.load

fuzz: .venv/.installed-checks
	.venv/bin/python -m tests.fuzz

mutants: .venv/.installed-checks
	.venv/bin/python -m tests.mutants

audit: .venv/.installed-checks
	.venv/bin/python -m tests.audit

# Every benchmark is run, also after one that passes its limit.
bench: .venv/.installed-test
	@failed=0; for bench in tests/benchmarks/bench_*.py; do \
		.venv/bin/python -m "tests.benchmarks.$$(basename "$$bench" .py)" || failed=1; \
	done; exit $$failed

bench-large: .venv/.installed-test
	@.venv/bin/python -m tests.benchmarks.large_stream

bench-k: .venv/.installed-test
	@[ -f '$(FOLDER)/manifest.csv' ] || { echo 'Name a folder with a manifest.csv: make bench-k FOLDER=/path/to/sets' >&2; exit 1; }
	@OMP_NUM_THREADS=1 .venv/bin/python -m tests.benchmarks.accuracy_of_k '$(FOLDER)'

.venv/.installed-run: requirements.txt .venv/pyvenv.cfg
	@echo 'Installing what the app needs into .venv (once; a minute or two) ...'
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.installed-test: requirements-dev.txt .venv/.installed-run
	@echo 'Installing what the tests need into .venv (once) ...'
	@$(PIP) -r requirements-dev.txt
	@touch $@

.venv/.installed-checks: requirements-checks.txt .venv/.installed-test
	@echo 'Installing what make mutants, make audit and make fuzz need into .venv (once) ...'
	@$(PIP) -r requirements-checks.txt
	@touch $@

.venv/.installed-postgres: requirements-postgres.txt .venv/.installed-test
	@echo 'Installing what the tests in PostgreSQL need into .venv (once) ...'
	@$(PIP) -r requirements-postgres.txt
	@touch $@

.venv-spark/.installed: requirements.txt requirements-dev.txt requirements-spark.txt .venv/pyvenv.cfg
	@echo 'Installing the app and the client of Spark into .venv-spark (once; a minute or two) ...'
	@.venv/bin/python -m venv --clear .venv-spark
	@.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -r requirements-spark.txt
	@touch $@

.venv-spark-server/.installed: requirements-spark-server.txt .venv/pyvenv.cfg
	@echo 'Installing Spark into .venv-spark-server (once; some minutes) ...'
	@.venv/bin/python -m venv --clear .venv-spark-server
	@.venv-spark-server/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-spark-server.txt
	@touch $@

# A Python that was upgraded or removed leaves a .venv whose link leads nowhere.
ifneq ($(shell test -x .venv/bin/python || echo broken),)
.venv/pyvenv.cfg: broken
endif

# The version is asked, not read off the name: a name on the PATH may be a shim without a Python behind it.
.venv/pyvenv.cfg:
	@bare=; for python in $(PYTHON); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then exec "$$python" -m venv --clear .venv; fi; \
		bare=$${bare:-$$python}; \
	done; \
	if [ -n "$$bare" ]; then \
		echo "$$bare cannot make a virtual environment: install its venv package (Debian, Ubuntu: apt-get install $$(basename "$$bare")-venv)." >&2; \
	else \
		echo 'Cluster Explorer needs Python 3.11 or newer, and none was found as: $(PYTHON). Install one, or name yours: make run PYTHON=/path/to/python3' >&2; \
	fi; exit 1
