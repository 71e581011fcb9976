using AgentRuntime.TestKit;

namespace AgentRuntime.EndToEnd.Tests.Repository;

/// <summary>The files that belong to the repository, without what builds, installs and runs leave behind.</summary>
internal static class RepositoryFiles
{
    private static readonly HashSet<string> NotOurs = new(StringComparer.Ordinal)
    {
        ".git", "bin", "obj", "node_modules", "TestResults", "artifacts", "BenchmarkDotNet.Artifacts", ".agentruntime", ".vs", ".idea",
    };

    /// <summary>Every file, as a path relative to the root.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Walk(new DirectoryInfo(TestEnvironment.RepositoryRoot))
        .Select(file => Path.GetRelativePath(TestEnvironment.RepositoryRoot, file.FullName))
        .Order(StringComparer.Ordinal)];

    /// <summary>The files with this ending.</summary>
    public static IReadOnlyList<string> Ending(string extension) =>
        [.. All.Where(file => file.EndsWith(extension, StringComparison.Ordinal))];

    /// <summary>The text of a file.</summary>
    public static string Read(string file) => File.ReadAllText(Path.Combine(TestEnvironment.RepositoryRoot, file));

    /// <summary>How many lines a file has.</summary>
    public static int Lines(string file) => File.ReadLines(Path.Combine(TestEnvironment.RepositoryRoot, file)).Count();

    // In a worktree .git is a file, not a folder.
    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) =>
        folder.EnumerateFiles().Where(file => !NotOurs.Contains(file.Name) && file.LinkTarget is null)
            .Concat(folder.EnumerateDirectories().Where(child => !NotOurs.Contains(child.Name) && child.LinkTarget is null).SelectMany(Walk));
}
