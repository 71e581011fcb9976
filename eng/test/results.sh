# Sourced by test.sh: reads the runner's result files (TRX), one XML element on each of the lines that matter here.
# They hold whatever failed tests printed, so they are read as bytes: grep stops at what it takes for a binary file.

# Adds up the results of one kind over files: passed, failed or skipped. Whatever ran and neither passed nor was skipped failed.
count_results() {
  local kind="$1"
  shift
  cat "$@" 2>/dev/null | { LC_ALL=C grep -a -o '<UnitTestResult [^>]*' || true; } | LC_ALL=C sed -n 's/.* outcome="\([^"]*\)".*/\1/p' | awk -v kind="$kind" '
    { if ($0 == "Passed") passed++; else if ($0 == "NotExecuted") skipped++; else failed++ }
    END { count = kind == "passed" ? passed : kind == "skipped" ? skipped : failed; print count + 0 }'
}

# The reasons of skipped tests, each once with how often.
skip_messages() {
  cat "$@" 2>/dev/null | LC_ALL=C tr '\n' ' ' | LC_ALL=C sed 's/<UnitTestResult /\n&/g' | { LC_ALL=C grep -a 'outcome="NotExecuted"' || true; } |
    LC_ALL=C sed -n 's/.*<Message>\([^<]*\)<.*/\1/p' | sort | uniq -c | LC_ALL=C sed 's/^ *\([0-9]*\) /Skipped (\1): /' || true
}
