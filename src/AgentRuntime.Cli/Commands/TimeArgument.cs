using System.Globalization;
using AgentRuntime.Cli.Errors;

namespace AgentRuntime.Cli.Commands;

/// <summary>A time on the command line: RFC 3339, a date, or how long ago.</summary>
internal static class TimeArgument
{
    /// <summary>The time that is meant.</summary>
    public static DateTimeOffset Parse(string text, DateTimeOffset now)
    {
        if (text.Length > 1 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            switch (text[^1])
            {
                case 's': return now.AddSeconds(-count);
                case 'm': return now.AddMinutes(-count);
                case 'h': return now.AddHours(-count);
                case 'd': return now.AddDays(-count);
            }
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new CliException(ExitCode.BadInput, "bad_time", "The time cannot be read.", "Write 2026-01-31T08:00:00Z, 2026-01-31, or how long ago: 30m, 24h, 7d.");
    }
}
