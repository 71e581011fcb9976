using System.Globalization;

namespace AgentRuntime.Cli.Views;

/// <summary>Times and durations for people.</summary>
internal static class TimeText
{
    /// <summary>Such as <c>2026-01-02 03:04:05Z</c>; a dash when unknown.</summary>
    public static string Of(DateTimeOffset? time) =>
        time is { } known ? known.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "-";

    /// <summary>The time of day with milliseconds, UTC.</summary>
    public static string OfDay(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>Such as <c>34 ms</c>, <c>1.2 s</c>, <c>3 min</c>; a dash when unknown.</summary>
    public static string Of(TimeSpan? duration) => duration switch
    {
        null => "-",
        { TotalSeconds: < 1 } short_ => string.Create(CultureInfo.InvariantCulture, $"{short_.TotalMilliseconds:0.#} ms"),
        { TotalMinutes: < 2 } some => string.Create(CultureInfo.InvariantCulture, $"{some.TotalSeconds:0.0} s"),
        { TotalHours: < 2 } minutes => string.Create(CultureInfo.InvariantCulture, $"{minutes.TotalMinutes:0} min"),
        { TotalDays: < 2 } hours => string.Create(CultureInfo.InvariantCulture, $"{hours.TotalHours:0} h"),
        { } days => string.Create(CultureInfo.InvariantCulture, $"{days.TotalDays:0} d"),
    };

    /// <summary>How long ago.</summary>
    public static string Ago(DateTimeOffset? time, DateTimeOffset now) => time is { } known ? Of(now - known) + " ago" : "never";
}
