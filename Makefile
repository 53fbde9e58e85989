# Everything the project does, by name; README.md says what each is for.
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
WORKERS ?= 2

.PHONY: run demo rehearsal test check bench messages lock
.NOTPARALLEL:

run:
	@.ci/environment product
	@exec $(BIN)/python -m hall run

demo:
	@.ci/environment product
	@exec $(BIN)/python -m hall run --demo

# A copy of the hall under its next layout: make rehearsal ARGS="--scenario monday.toml"
rehearsal:
	@.ci/environment product
	@exec $(BIN)/python -m hall rehearsal $(ARGS)

# One test or some: make test ARGS="-k transfer"
test:
	@.ci/environment system
	@$(MAKE) check
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check:
	@.ci/environment tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench:
	@.ci/environment tests
	$(BIN)/python -m benchmarks $(ARGS)

# The words of the screens: collects them anew and names those without a Chinese text
messages:
	@.ci/environment tests
	$(BIN)/python -m hall.web.messages

# The lock files anew, after a change of requirements*.txt
lock:
	@.ci/lock
