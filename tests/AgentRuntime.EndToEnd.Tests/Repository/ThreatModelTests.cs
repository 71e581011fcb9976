using System.Text.RegularExpressions;

namespace AgentRuntime.EndToEnd.Tests.Repository;

/// <summary>The proofs that the threat model names are there.</summary>
public sealed partial class ThreatModelTests
{
    [Fact]
    public void Every_test_that_the_threat_model_names_exists()
    {
        var tests = RepositoryFiles.Ending(".cs")
            .Where(file => file.StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(file => Declaration().Matches(RepositoryFiles.Read(file)))
            .Select(match => match.Groups["name"].Value)
            .ToHashSet(StringComparer.Ordinal);
        var named = Named().Matches(RepositoryFiles.Read("docs/threat-model.md")).Select(match => match.Groups["name"].Value).ToList();

        Assert.True(named.Count > 50, "The threat model names too few tests to be true.");
        Assert.All(named, name => Assert.Contains(name, tests));
    }

    [Fact]
    public void Every_threat_has_a_defence_and_a_proof()
    {
        var rows = RepositoryFiles.Read("docs/threat-model.md").Split('\n').Where(line => Row().IsMatch(line)).ToList();

        Assert.True(rows.Count >= 31);
        Assert.All(rows, row => Assert.Matches(Named(), row.Split('|')[4]));
    }

    [GeneratedRegex(@"(void|Task) (?<name>[A-Z][A-Za-z0-9]*_\w+)\(", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"`(?<name>[A-Z][A-Za-z0-9]*_\w+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Named();

    [GeneratedRegex(@"^\| \d+ \|", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Row();
}
