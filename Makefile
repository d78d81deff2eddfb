# SPDX-License-Identifier: MIT
#
#: Heddle: how do concurrency models compare?
#:
#: Measure
#:   make bench              install what is missing, build, run all experiments
#:   make bench QUICK=1      the same with fewer repetitions
#:   make bench ARGS='...'   the same with options of `heddle bench`
#:   make bench-gil          measure the GIL laboratory, the group "gil"
#:   make bench-peers        ours beside libuv, oneTBB, Go, ...: installs these;
#:                           ARGS='--only switch', --list, --seconds 600
#:   make plots              draw the newest session's charts again
#:   make plots SESSION=DIR  draw that session's
#:   make demo               list the classroom demos
#:   make demo DEMO=NAME     show one
#:   make demo-gil           a tour through the GIL: four questions, a minute
#:
#: Learn
#:   make exercise-gil       hold your lock (docs/lessons/exercises/) against
#:                           every schedule of a few small programs
#:
#: Build
#:   make build              build/heddle and nothing else
#:   make install            into PREFIX=/usr/local; DESTDIR=... for packages
#:   make docs               build/docs: the manual page, the headers as pages
#:   make clean              remove what was built; results and plots stay
#:
#: Develop
#:   make test               the test suite
#:   make asan, make tsan    the same under the address or the thread sanitizer
#:   make soak               ten minutes of mixed jobs: does anything grow?
#:                           SOAK_SECONDS=60: a minute
#:   make profile            build-profile/heddle, for perf: docs/profiling.md
#:   make prove              are the claims right? 20 000 simulated sessions each
#:   make prove-live         hold the verdicts against known truth, live, beside
#:                           hyperfine: half an hour; ARGS='--trials 100'
#:   make fuzz               throw anything at the readers of files, half an
#:                           hour each; FUZZ_SECONDS=60: a minute each
#:   make format             lay out the C sources as .clang-format says
#:   make check              what clang-format, clang, clang-tidy, cppcheck say
#:
#: Results go to results/, charts to plots/. SETUP=never installs nothing, and
#: names what is missing instead.

PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
CMAKE_ARGS ?=
FUZZ_SECONDS ?= 1800
SOAK_SECONDS ?= 600
SOAK_SEED ?= $(shell date +%s)

# Addresses scattered wider than older sanitizers foresee break their programs;
# a container may forbid asking for it to be otherwise.
calm = $(shell setarch -R true 2>/dev/null && echo setarch -R)
sources = git ls-files --cached --others --exclude-standard '*.c' '*.h'

# Each step spreads over the cores by itself; the steps keep their order.
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help build bench plots demo test prove asan tsan fuzz format install
.PHONY: prove-live clean demo-gil exercise-gil bench-peers soak profile
.PHONY: check check-format check-clang check-tidy check-cppcheck

help:
	@sed -n 's/^#: \{0,1\}//p' Makefile

setup-%:
	@scripts/setup $*

# $(call configure,PRESET,FURTHER OPTIONS); complaints go to standard error
configure = cmake --preset $(1) $(2) $(CMAKE_ARGS) >/dev/null
# $(call compile,FOLDER); flags given to this make are not meant for that one
compile = MAKEFLAGS=--no-print-directory cmake --build $(1) --parallel $(JOBS)

build: setup-build
	$(call configure,release,-DCMAKE_INSTALL_PREFIX='$(PREFIX)')
	$(call compile,build)

bench: setup-bench build
	build/heddle bench $(if $(QUICK),--quick) $(ARGS)

# bench-GROUP: experiments that are not among all.
bench-%: setup-bench build
	build/heddle bench $* $(if $(QUICK),--quick) $(ARGS)

bench-peers: setup-peers
	$(call configure,release,-DHEDDLE_PEERS=ON)
	$(call compile,build)
	benches/peers/compare.py $(if $(QUICK),--blocks 3) $(ARGS)

plots: setup-bench build
	build/heddle show $(SESSION) $(ARGS)

demo: setup-bench build
	build/heddle demo $(DEMO) $(ARGS)

demo-gil: setup-bench build
	build/heddle demo gil $(ARGS)

exercise-gil: setup-test
	$(call configure,release,-DHEDDLE_TESTS=ON)
	$(call compile,build) --target interleave_exercise
	build/tests/interleave_exercise

# $(call suite,PRESET,FOLDER,LAUNCHER)
# Most tests that take long sleep, so there are twice as many as cores.
define suite
$(call configure,$(1),-DHEDDLE_TESTS=ON)
$(call compile,$(2))
$(3) ctest --test-dir $(2) --parallel $$((2 * $(JOBS))) --no-tests=error \
    --output-on-failure
endef

test: setup-test
	$(call suite,release,build)

prove: setup-test
	$(call configure,release,-DHEDDLE_TESTS=ON)
	$(call compile,build)
	build/tests/prove/prove --draws 20000 $(ARGS)

# Its first line names the seed, with which it goes the same way again.
soak: setup-test
	$(call configure,release,-DHEDDLE_TESTS=ON)
	$(call compile,build) --target soak heddle
	build/tests/soak $$(($(SOAK_SECONDS) / 2)) $(SOAK_SEED)
	python3 -B tests/soak/session.py build/heddle $$(($(SOAK_SECONDS) / 2))

profile: setup-build
	$(call configure,profile)
	$(call compile,build-profile) --target heddle

asan: setup-test
	$(call suite,asan,build-asan,$(calm))

tsan: setup-test
	$(call suite,tsan,build-tsan,$(calm))

prove-live: setup-bench build
	scripts/prove-live $(ARGS)

# Files in memory need not wait for a disk. New inputs stay in build-fuzz/corpus
# for the next time; what fails is left in build-fuzz/, and belongs into
# tests/fuzz/corpus/ once it is mended.
fuzz: setup-lint
	$(call configure,fuzz)
	$(call compile,build-fuzz) --target fuzz_experiment fuzz_journal fuzz_result
	for name in experiment journal result; do \
	    mkdir -p build-fuzz/corpus/$$name && \
	    TMPDIR=/dev/shm $(calm) build-fuzz/tests/fuzz/fuzz_$$name \
	        -max_total_time=$(FUZZ_SECONDS) -timeout=20 \
	        -dict=tests/fuzz/json.dict -print_final_stats=1 \
	        -artifact_prefix=build-fuzz/found-$$name- \
	        build-fuzz/corpus/$$name tests/fuzz/corpus/$$name || exit 1; \
	done

format: setup-lint
	$(sources) | xargs -r clang-format -i

check: check-format check-clang check-tidy check-cppcheck

check-format: setup-lint
	$(sources) | xargs -r clang-format --dry-run -Werror

# A folder of its own: the second compiler's opinion, and the list of commands
# that the two analysers follow.
check-clang: setup-lint
	$(call configure,release,-B build-check -DHEDDLE_TESTS=ON -DHEDDLE_PEERS=ON \
	    -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
	    -DCMAKE_COMPILE_WARNING_AS_ERROR=ON)
	$(call compile,build-check)

check-tidy: check-clang
	run-clang-tidy -quiet -j $(JOBS) -p build-check '\.c$$'

# It reads no system headers; jansson's loops are macros it cannot guess.
check-cppcheck: check-clang
	cppcheck --project=build-check/compile_commands.json -j $(JOBS) --quiet \
	    --include=$$(pkg-config --variable=includedir jansson)/jansson.h \
	    --enable=warning,performance,portability --inline-suppr \
	    --error-exitcode=1

install: build
	DESTDIR='$(DESTDIR)' cmake --install build

clean:
	rm -rf build build-debug build-asan build-tsan build-fuzz build-check \
	    build-profile

include Makefile.docs
