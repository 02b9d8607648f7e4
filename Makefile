# make demo   a week of a made-up contact centre, replayed; the report on the terminal
# make test   everything that must hold; with CI=true style, wheels and instruction counts too
# make help   the rest
#
# Needs Python 3.11 or later with its headers, a C compiler, git and make; everything else goes into
# $(VENV). Elsewhere than in the checkout: make VENV=/tmp/v BUILD=/tmp/b test

VENV ?= .venv
BUILD ?= build
JOBS ?= 2
PYTEST_ARGS ?=
# For each benchmark: --json, --repeats N, --agents N ...
BENCH_ARGS ?=
SERVE_ARGS ?=

# pip, pytest and the checked build must not meet the caller's own environment.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV CMAKE_PREFIX_PATH
# ccache, where it is installed, makes the C compiler's part of every build but the first nearly free, and so that
# of a wheel for the Python of $(VENV). Paths do not matter to it: each build has a folder of its own.
export CMAKE_C_COMPILER_LAUNCHER ?= $(shell command -v ccache 2>/dev/null)
export CCACHE_BASEDIR ?= $(CURDIR)
export CCACHE_NOHASHDIR ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_NO_INPUT = 1

BIN := $(VENV)/bin
PY := $(BIN)/python
# $(BUILD) may be a relative path, and pip may build somewhere else.
BUILD_DIR := $(abspath $(BUILD))
CMAKE := $(BIN)/cmake -G Ninja -DCMAKE_MAKE_PROGRAM=$(abspath $(BIN))/ninja
PIP_INSTALL := $(PY) -m pip install --quiet
# The package itself: no isolation, so that the compiler sees again only what changed.
PIP_PACKAGE := $(PIP_INSTALL) --no-build-isolation --no-deps .

SOURCES := pyproject.toml CMakeLists.txt README.md $(shell find src native cmake -type f \
	-not -name '*.py[co]' -not -path '*/native/tests/*' 2>/dev/null)
COMPILED := pyproject.toml $(filter-out %.py %.pyi %.toml %.md,$(SOURCES))
NATIVE_SOURCES := CMakeLists.txt $(shell find native -type f 2>/dev/null)
C_FILES := $(shell find native -name '*.[ch]' 2>/dev/null)
BENCHMARKS := $(patsubst benchmarks/%.py,benchmarks.%,$(wildcard benchmarks/bench_*.py))
PEERS := $(patsubst benchmarks/peers/%.py,benchmarks.peers.%,$(wildcard benchmarks/peers/bench_*.py))

.PHONY: FORCE help build try demo serve test native-test python-test checked-test spec-coverage coverage-of-spec coverage-of-rules wheels sbom \
	newcomer types bench bench-full bench-peers figures performance plots instructions planted mutation \
	instructions-record check check-and-instructions format docs web screenshots soak torture simulate-system replay-everywhere arm validation clean
TORTURE := $(patsubst %,tests/journal/test_%.py,kills power_loss snapshot_power faults damage system)
.NOTPARALLEL:
.DELETE_ON_ERROR:

help:
	@sed -n '1,7s/^# \{0,1\}//p' Makefile
	@echo 'make build             compiles and installs into $(VENV), only what changed'
	@echo 'make try T=tests/x.py  builds what changed and runs these tests'
	@echo 'make serve             a made-up centre that lives, as a service on this machine'
	@echo 'make check             ruff, mypy, pyright, cython-lint, clang-format; changes nothing'
	@echo 'make types             mypy and pyright only, of the package and the examples; every name has a type'
	@echo 'make format            ruff and clang-format, in place'
	@echo 'make wheels            a wheel for each of Python 3.11, 3.12, 3.13 that is here, each tried alone and checked'
	@echo 'make newcomer          the tutorial from the wheel alone, each step timed; NEWCOMER_ARGS=--write'
	@echo 'make sbom              what a wheel contains and asks for, as CycloneDX'
	@echo 'make coverage-of-spec  which test proves which behaviour of the five presence systems'
	@echo 'make coverage-of-rules who carries out which rule of docs/SEMANTICS.md'
	@echo 'make bench             the benchmarks, small; bench-full: as published; bench-peers: the others'
	@echo 'make performance       every table of docs/PERFORMANCE.md, measured and written into it, in ten minutes'
	@echo 'make figures           measures and draws docs/figures (long); plots: only draws'
	@echo 'make instructions      counts by callgrind, fails above 5 % more than recorded; instructions-record'
	@echo 'make validation        published results at full size; VALIDATION_SEEDS=1,2,3 for other seeds'
	@echo 'make torture           kills, power cuts, faults and damage of a journal: tried, survived, lost'
	@echo 'make simulate-system   the whole system by one seed: SEED=7, SEEDS=100 of them'
	@echo 'make replay-everywhere journals played by the wheels, the checked build, each kernel: the same state'
	@echo 'make arm               the native core and its tests as aarch64 under qemu; says what is missing'
	@echo 'make planted           wrongs planted in the plain engine: which seed of the generator finds each'
	@echo 'make mutation          wrongs put into the code, a few of each part: which do the tests not see'
	@echo 'make soak              the tests that take long'
	@echo 'make docs              the documentation as HTML, warnings are errors; asks its search for each word'
	@echo 'make web               what is vendored for the pages, by npm'
	@echo 'make screenshots       pictures of every page, in $(BUILD)/screenshots'
	@echo 'make clean             removes $(VENV), $(BUILD) and every cache'

# --- environment: one stamp for each set of requirements --------------------------------------------

$(VENV)/.created: tools/find-python
	@python=$$(tools/find-python) && echo "virtual environment from $$python" && \
		"$$python" -m venv --clear $(VENV)
	@touch $@

$(VENV)/.with-%: $(VENV)/.created pyproject.toml tools/requirements.py
	@$(PY) tools/requirements.py $* > $(VENV)/requirements-$*.txt
	$(PIP_INSTALL) -r $(VENV)/requirements-$*.txt
	@touch $@

# Editable: Python runs the files of src/ themselves, so that only what is compiled has to be installed again,
# or the list of modules, which the installed package carries.
$(VENV)/.installed: $(VENV)/.with-build $(VENV)/.with-project $(COMPILED) $(BUILD)/modules.txt
	$(PIP_INSTALL) --no-build-isolation --no-deps --editable . -Cbuild-dir=$(BUILD_DIR)/release
	@touch $@

$(BUILD)/modules.txt: FORCE
	@mkdir -p $(@D)
	@find src -type f -not -name '*.py[co]' | LC_ALL=C sort > $@.$$$$ && \
		if cmp -s $@ $@.$$$$; then rm $@.$$$$; else mv $@.$$$$ $@; fi

FORCE:

# --- demo and test ----------------------------------------------------------------------------------

# For whoever works here: with what the tests need.
build: $(VENV)/.installed $(VENV)/.with-test

demo: $(VENV)/.installed $(VENV)/.with-cli
	$(BIN)/huntgroup replay --demo

# Stops with Ctrl-C; another port: make serve SERVE_ARGS='--port 8081'.
serve: $(VENV)/.installed $(VENV)/.with-service
	$(BIN)/huntgroup serve --demo $(SERVE_ARGS)

test: native-test python-test spec-coverage checked-test $(if $(CI),check-and-instructions wheels replay-everywhere)
	@echo 'make test: all passed'

native-test: $(BUILD)/native-release/.tested $(BUILD)/native-sanitised/.tested

$(BUILD)/native-release/.tested: cmake_args := -DCMAKE_BUILD_TYPE=Release
$(BUILD)/native-sanitised/.tested: cmake_args := -DCMAKE_BUILD_TYPE=Debug -DHG_SANITIZE=ON
$(BUILD)/native-%/.tested: $(VENV)/.with-build $(NATIVE_SOURCES)
	@mkdir -p $(@D)
	@$(CMAKE) -S . -B $(@D) $(cmake_args) > $(@D)/configure.log 2>&1 || { cat $(@D)/configure.log; exit 1; }
	@$(BIN)/cmake --build $(@D)
	@cd $(@D) && $(abspath $(BIN))/ctest --output-on-failure --no-tests=error --parallel $(JOBS)
	@touch $@

# While you work: make try T=tests/routing, or T='tests/test_cases.py -k linear'.
try: $(VENV)/.installed $(VENV)/.with-test
	$(PY) -m pytest -q $(T)

python-test: $(VENV)/.installed $(VENV)/.with-test
	@$(if $(CI),tools/chromium)
	$(PY) -m pytest -n $(JOBS) --dist worksteal --junitxml=$(BUILD)/tests.xml $(PYTEST_ARGS)

# Reads the report that python-test has just written.
spec-coverage:
	@$(PY) tools/coverage_of_spec.py --report $(BUILD)/tests.xml

coverage-of-spec: $(VENV)/.installed $(VENV)/.with-test
	$(PY) -m pytest -q -n $(JOBS) --junitxml=$(BUILD)/spec.xml tests -m spec || true
	@$(PY) tools/coverage_of_spec.py --report $(BUILD)/spec.xml --tests

coverage-of-rules: $(VENV)/.installed
	@$(PY) tools/coverage_of_rules.py

# --- the checked build: Debug, ASan, UBSan, assertions on ---------------------------------------------
# It lies beside the release build, not over it. Python itself is not instrumented, so the sanitiser is
# loaded before it; libstdc++ comes along, or the first exception of any C++ extension would abort.

CHECKED := $(BUILD_DIR)/checked
# What runs the compiled core: the same tests over the reference alone would tell nothing here.
CHECKED_TESTS ?= tests/spec tests/routing tests/safety tests/test_cases.py tests/test_engine_api.py \
	tests/test_engine_errors.py \
	tests/test_core_agreement.py tests/test_limits.py tests/test_readme.py
# A file, as pytest holds back what a test writes, and a test that aborts never gets it printed.
SANITISER_LOG = $(BUILD_DIR)/sanitiser.log
SANITISER_LIBRARIES = $(shell $(CC) -print-file-name=libasan.so):$(shell $(CC) -print-file-name=libstdc++.so)
CHECKED_ENVIRONMENT = LD_PRELOAD="$(SANITISER_LIBRARIES)" PYTHONMALLOC=malloc PYTHONPATH=$(CHECKED) \
	ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:log_path=$(SANITISER_LOG) \
	UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:log_path=$(SANITISER_LOG)

$(CHECKED)/.installed: $(VENV)/.with-build $(VENV)/.with-project $(SOURCES) tools/checked_site.py
	rm -rf $(CHECKED)
	$(PIP_PACKAGE) --target $(CHECKED) -Cbuild-dir=$(BUILD_DIR)/checked-objects \
		-Ccmake.build-type=Debug -Ccmake.define.HG_SANITIZE=ON
	@cp tools/checked_site.py $(CHECKED)/sitecustomize.py
	@touch $@

checked-test: $(CHECKED)/.installed $(VENV)/.with-test
	@rm -f $(SANITISER_LOG).*
	$(CHECKED_ENVIRONMENT) $(PY) -c 'import huntgroup as h; assert h.__file__.startswith("$(CHECKED)"), h.__file__'
	$(CHECKED_ENVIRONMENT) $(PY) -m pytest -n $(JOBS) -q -p no:cacheprovider \
		-m 'not soak and not release' -k 'not reference' $(CHECKED_TESTS) $(PYTEST_ARGS) \
		|| { cat $(SANITISER_LOG).* 2>/dev/null; exit 1; }

# --- wheels -----------------------------------------------------------------------------------------

# Where the tools of a release cannot be had, what they check is "not checked here", and the rest goes on.
$(VENV)/.release-tools: $(VENV)/.created pyproject.toml
	@$(PY) tools/requirements.py release > $(VENV)/requirements-release.txt
	@$(PIP_INSTALL) -r $(VENV)/requirements-release.txt || echo 'some tools of a release could not be installed'
	@touch $@

# The bill of materials that wheels carry, and one of everything that is installed here.
sbom: $(VENV)/.release-tools
	$(PY) tools/sbom.py
	$(PY) tools/sbom.py --environment $(BUILD)/environment.cdx.json

wheels: $(VENV)/.with-build $(VENV)/.release-tools
	$(PY) tools/wheels.py --work $(BUILD)/wheels $$(tools/find-python --all)

# As somebody who has the wheel and nothing else.
NEWCOMER_ARGS ?=
newcomer: $(VENV)/.with-build
	@mkdir -p $(BUILD)/newcomer && rm -f $(BUILD)/newcomer/*.whl
	$(PY) -m pip wheel --quiet --no-deps --no-build-isolation -w $(BUILD)/newcomer . \
		-Cbuild-dir=$(BUILD_DIR)/newcomer-objects
	@$(PY) tools/newcomer.py $(BUILD)/newcomer/*.whl $(NEWCOMER_ARGS)

# --- measurements, long tests -------------------------------------------------------------------------

bench: $(VENV)/.installed $(VENV)/.with-test
	@for name in $(BENCHMARKS); do echo "== $$name"; $(PY) -m $$name --small $(BENCH_ARGS) || exit 1; done
	$(PY) -m pytest -q -p no:xdist benchmarks

bench-full: $(VENV)/.installed $(VENV)/.with-test $(VENV)/.with-scorer
	@for name in $(BENCHMARKS); do echo "== $$name"; $(PY) -m $$name $(BENCH_ARGS) || exit 1; done

# Servers that are not on the machine go into the environment; one that cannot is left out, and why is said.
bench-peers: $(VENV)/.installed $(VENV)/.with-test $(VENV)/.with-bench $(VENV)/.with-scorer
	$(PY) -m benchmarks.peers.servers --install
	@for name in $(PEERS); do echo "== $$name"; $(PY) -m $$name $(BENCH_ARGS) || exit 1; done

# Every table of docs/PERFORMANCE.md in some ten minutes, written into the page, with the charts that belong to
# them. For an idle machine; make performance PERFORMANCE_ARGS='--small' only shows that it works.
PERFORMANCE_ARGS ?= --write
performance: $(VENV)/.installed $(VENV)/.with-test $(VENV)/.with-bench $(VENV)/.with-scorer $(VENV)/.with-report
	$(PY) -m benchmarks.performance --out $(BUILD)/performance.md $(PERFORMANCE_ARGS)

# Long, and for an idle machine; `make plots` only draws what was measured before.
figures: $(VENV)/.installed $(VENV)/.with-test $(VENV)/.with-bench $(VENV)/.with-scorer $(VENV)/.with-report
	$(PY) -m benchmarks.peers.servers --install
	$(PY) -m benchmarks.bench_scale --json $(BENCH_ARGS) > $(BUILD)/scale.json
	mv $(BUILD)/scale.json docs/figures/scale.json
	$(PY) -m benchmarks.peers.bench_decide --agents 1000000 --json $(BENCH_ARGS) > $(BUILD)/decide.json
	mv $(BUILD)/decide.json docs/figures/decide.json
	$(PY) -m benchmarks.features --out docs/figures/features.json
	$(PY) -m benchmarks.bench_durable --part storm --storm-out docs/figures/storm.json $(BENCH_ARGS)
	$(PY) -m benchmarks.plot

plots: $(VENV)/.installed $(VENV)/.with-report
	$(PY) -m benchmarks.plot

# Counts, not times: they are the same on a busy machine. Without valgrind, or a record for this compiler and
# this Python, it says so and passes.
instructions: $(VENV)/.installed
	$(PY) -m benchmarks.instructions --check

# After a change that is meant to cost more, or that has made things cheaper; the commit says why.
instructions-record: $(VENV)/.installed
	$(PY) -m benchmarks.instructions --record

# Both at a time: each is one process after the other, and a count does not mind who else is at work.
check-and-instructions: $(VENV)/.installed $(VENV)/.with-dev $(VENV)/.with-test
	@$(MAKE) --no-print-directory instructions > $(BUILD)/instructions.log 2>&1 & counting=$$!; \
		$(MAKE) --no-print-directory check; checked=$$?; \
		wait $$counting; counted=$$?; cat $(BUILD)/instructions.log; \
		test $$checked = 0 && test $$counted = 0

validation: $(VENV)/.installed $(VENV)/.with-test
	$(PY) -m pytest -n $(JOBS) -m validation tests/validation $(PYTEST_ARGS) \
		$(if $(VALIDATION_SEEDS),--validation-seeds=$(VALIDATION_SEEDS))

# One line for each kind of fault: tried, survived, lost. CI=true tries as many as CI does.
torture: $(VENV)/.installed $(VENV)/.with-test
	@$(PY) -m pytest -q -rN -s -p no:xdist $(TORTURE) $(PYTEST_ARGS) > $(BUILD)/torture.log; status=$$?; \
		grep -E 'tried|passed|failed|error' $(BUILD)/torture.log; exit $$status

# One seed, or SEEDS of them: core, journal, clients and clock in one process, with crashes and torn disks.
SEED ?= 0
SEEDS ?= 1
simulate-system: $(VENV)/.installed $(VENV)/.with-test
	@$(PY) tests/journal/simulate_system.py $(SEED) --seeds $(SEEDS)

# Journals in every build that is here: the wheels of `make wheels`, the checked build, this environment.
replay-everywhere: $(VENV)/.installed $(VENV)/.with-test
	$(PY) tools/replay_everywhere.py --wheels $(BUILD)/wheels --checked $(CHECKED) \
		--preload "$(SANITISER_LIBRARIES)"

# The native core as aarch64, by a cross-compiler and qemu; says what is missing.
arm: $(VENV)/.with-build
	$(PY) tools/arm.py $(BUILD)/arm

# Seeds are played until each fault is found: minutes. The table in docs/TESTING.md is written anew.
planted: $(VENV)/.installed $(VENV)/.with-test
	$(PY) tools/planted_faults.py --play

# In a copy of the tree, one mutant at a time; MUTATION_ARGS='--sample 50 --seed 3 --part journal'.
MUTATION_ARGS ?= --sample 2
mutation: $(VENV)/.installed $(VENV)/.with-test
	$(PY) tools/mutation.py $(MUTATION_ARGS)

soak: $(VENV)/.installed $(VENV)/.with-test
	$(PY) -m pytest -n $(JOBS) -m soak $(PYTEST_ARGS)
	$(PY) tools/mutation.py $(MUTATION_ARGS)

# --- style and documents ------------------------------------------------------------------------------

check: $(VENV)/.installed $(VENV)/.with-dev $(VENV)/.with-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(MAKE) --no-print-directory types
	$(PY) tools/stubs.py
	@# cython-lint looks for pycodestyle on the path, and the environment need not be active.
	PATH="$(abspath $(BIN)):$$PATH" cython-lint src
	$(BIN)/clang-format --dry-run -Werror $(C_FILES)

# basedpyright is pyright from PyPI with its node; it is set to judge as pyright does (pyproject.toml).
types: $(VENV)/.installed $(VENV)/.with-dev $(VENV)/.with-test
	$(BIN)/mypy --python-executable $(PY)
	cd examples && $(abspath $(BIN))/mypy --strict --config-file= --ignore-missing-imports *.py
	$(BIN)/basedpyright --level error --pythonpath $(PY)
	$(PY) tools/verify_types.py

format: $(VENV)/.with-dev
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/clang-format -i $(C_FILES)

# Mermaid draws the diagrams. It comes from the npm registry, once, and lies beside the pages.
MERMAID := mermaid@11.12.1

$(BUILD)/mermaid/mermaid.min.js:
	@mkdir -p $(@D)
	cd $(@D) && npm pack --silent $(MERMAID) > /dev/null && \
		tar -xzf mermaid-*.tgz --strip-components=2 package/dist/mermaid.min.js && rm mermaid-*.tgz

docs: $(VENV)/.installed $(VENV)/.with-docs $(BUILD)/mermaid/mermaid.min.js
	MERMAID_FOLDER=$(BUILD_DIR)/mermaid $(BIN)/sphinx-build -W --keep-going -q -b html docs $(BUILD)/docs
	@! grep -rlE '(src="|@import |url\()["(]?https?://' --include=*.html --include=*.css $(BUILD)/docs || \
		{ echo 'these pages ask another host for something' >&2; exit 1; }
	@$(PY) tools/docs_search.py $(BUILD)/docs
	@echo '$(BUILD)/docs/index.html'

# What is vendored for the pages, from web/package-lock.json; and whether the types of our own modules agree.
# Needs npm; nothing else does.
web:
	cd web && npm ci --ignore-scripts --no-audit --no-fund && node build.mjs && npx tsc -p .

# Of every page, to be looked at; in light and dark, at 320, 1,280 and 3,840 pixels.
screenshots: $(VENV)/.installed $(VENV)/.with-test
	$(PY) tools/screenshots.py $(BUILD)/screenshots

clean:
	rm -rf $(VENV) $(BUILD) dist .pytest_cache .ruff_cache .mypy_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
