using System.Globalization;
using System.Text;
using AgentRuntime.TestKit.Leaks;

namespace AgentRuntime.Integration.Tests.Leaks;

/// <summary>What a user of this machine sees of its processes: their command lines, and the environments of those that are his.</summary>
internal static class ProcessSight
{
    /// <summary>The processes whose command line holds a canary.</summary>
    public static IReadOnlyList<Leak> InCommandLines(LeakDetector detector) => Search(detector, "cmdline");

    /// <summary>The variables that hold a canary, as <c>NAME</c> by process.</summary>
    public static IReadOnlyList<(int Process, string Variable)> InEnvironments(LeakDetector detector)
    {
        var found = new List<(int, string)>();
        foreach (var (process, text) in Read("environ"))
        {
            foreach (var variable in text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(variable => detector.Search(variable).Count > 0))
            {
                found.Add((process, variable.Split('=')[0]));
            }
        }

        return found;
    }

    private static List<Leak> Search(LeakDetector detector, string file) =>
        [.. Read(file).SelectMany(read => detector.Search(read.Text, $"{file} of {read.Process}"))];

    private static IEnumerable<(int Process, string Text)> Read(string file)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var process) && TryRead(Path.Combine(folder, file)) is { } text)
            {
                yield return (process, text);
            }
        }
    }

    // Another user's process, or one that has just ended.
    private static string? TryRead(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
