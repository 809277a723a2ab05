#!/bin/sh
# Stands before rustc (RUSTC_WORKSPACE_WRAPPER): the app and what fuzzes it are built with the counters that libFuzzer
# watches. These are options of the stable compiler; every other crate is the one of the ordinary build.
case " $* " in
*" --crate-name korero "* | *" --crate-name fuzz "*)
    exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
        -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
*) exec "$@" ;;
esac
