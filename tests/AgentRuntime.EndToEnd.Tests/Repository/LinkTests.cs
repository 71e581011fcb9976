using System.Text.RegularExpressions;
using AgentRuntime.TestKit;

namespace AgentRuntime.EndToEnd.Tests.Repository;

public sealed partial class LinkTests
{
    public static TheoryData<string> Pages => new(RepositoryFiles.Ending(".md"));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_relative_link_of_a_page_leads_to_a_file_and_every_anchor_to_a_heading(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(TestEnvironment.RepositoryRoot, page))!;
        foreach (var target in LinksOf(RepositoryFiles.Read(page)))
        {
            var parts = target.Split('#', 2);
            var path = parts[0].Length == 0 ? Path.Combine(TestEnvironment.RepositoryRoot, page) : Path.GetFullPath(Path.Combine(folder, parts[0]));
            Assert.True(File.Exists(path) || Directory.Exists(path), $"{page} links to {target}, which is not there.");
            if (parts.Length == 2 && path.EndsWith(".md", StringComparison.Ordinal))
            {
                Assert.True(AnchorsOf(File.ReadAllText(path)).Contains(parts[1]), $"{page} links to {target}, and that page has no such heading.");
            }
        }
    }

    private static IEnumerable<string> LinksOf(string markdown) =>
        Link().Matches(Fence().Replace(markdown, string.Empty)).Select(match => match.Groups["target"].Value).Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal));

    private static HashSet<string> AnchorsOf(string markdown) =>
        [.. Heading().Matches(Fence().Replace(markdown, string.Empty)).Select(match => NotInAnchor().Replace(match.Groups["text"].Value.Trim().ToLowerInvariant(), string.Empty).Replace(' ', '-'))];

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("^#+ (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9 _-]")]
    private static partial Regex NotInAnchor();
}
