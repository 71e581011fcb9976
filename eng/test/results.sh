# Sourced by test.sh: reads the runner's result files (TRX), one XML element on each of the lines that matter here.

# Adds up the results of one kind over files: passed, failed or skipped. Whatever ran and neither passed nor was skipped failed.
count_results() {
  local kind="$1"
  shift
  cat "$@" 2>/dev/null | { grep -o '<UnitTestResult [^>]*' || true; } | sed -n 's/.* outcome="\([^"]*\)".*/\1/p' | awk -v kind="$kind" '
    { if ($0 == "Passed") passed++; else if ($0 == "NotExecuted") skipped++; else failed++ }
    END { count = kind == "passed" ? passed : kind == "skipped" ? skipped : failed; print count + 0 }'
}

# The reasons of skipped tests, each once with how often.
skip_messages() {
  cat "$@" 2>/dev/null | tr '\n' ' ' | sed 's/<UnitTestResult /\n&/g' | { grep 'outcome="NotExecuted"' || true; } |
    sed -n 's/.*<Message>\([^<]*\)<.*/\1/p' | sort | uniq -c | sed 's/^ *\([0-9]*\) /Skipped (\1): /' || true
}
