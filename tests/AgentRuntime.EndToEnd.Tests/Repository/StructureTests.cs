using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentRuntime.EndToEnd.Tests.Repository;

public sealed class StructureTests
{
    private static readonly string[] TextFiles =
    [
        ".cs", ".csproj", ".props", ".slnx", ".json", ".md", ".mjs", ".js", ".sh", ".txt", ".yml", ".yaml", ".sql", ".editorconfig", ".npmrc", ".gitignore", ".config",
    ];

    [Fact]
    public void Finds_the_files_it_judges()
    {
        Assert.Contains("AgentRuntime.slnx", RepositoryFiles.All);
        Assert.Contains(RepositoryFiles.All, file => file.StartsWith("src/AgentRuntime.Core/", StringComparison.Ordinal));
        Assert.True(RepositoryFiles.Ending(".cs").Count > 50);
    }

    [Fact]
    public void No_source_file_is_longer_than_600_lines()
    {
        var longer = RepositoryFiles.Ending(".cs").Where(file => RepositoryFiles.Lines(file) > 600);

        Assert.Empty(longer);
    }

    [Fact]
    public void The_median_source_file_of_the_product_is_shorter_than_60_lines()
    {
        var lines = RepositoryFiles.Ending(".cs")
            .Where(file => file.StartsWith("src/", StringComparison.Ordinal))
            .Select(RepositoryFiles.Lines)
            .Order()
            .ToList();

        Assert.InRange(lines[lines.Count / 2], 1, 59);
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void No_file_holds(string what, string pattern)
    {
        var expression = new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));

        var hits = Texts().Where(file => expression.IsMatch(RepositoryFiles.Read(file)));

        Assert.True(!hits.Any(), $"{what}: {string.Join(", ", hits)}");
    }

    [Fact]
    public void Every_json_file_of_the_sample_workspace_is_json()
    {
        var files = RepositoryFiles.Ending(".json").Where(file => file.StartsWith("samples/workspace/", StringComparison.Ordinal)).ToList();

        Assert.True(files.Count >= 9);
        foreach (var file in files)
        {
            using var document = JsonDocument.Parse(RepositoryFiles.Read(file));
            Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
        }
    }

    [Theory]
    [InlineData("samples/workspace/workflows/")]
    [InlineData("samples/workspace/servers/")]
    public void A_name_in_the_sample_workspace_equals_its_files_name(string folder)
    {
        foreach (var file in RepositoryFiles.Ending(".json").Where(file => file.StartsWith(folder, StringComparison.Ordinal)))
        {
            using var document = JsonDocument.Parse(RepositoryFiles.Read(file));
            Assert.Equal(Path.GetFileNameWithoutExtension(file), document.RootElement.GetProperty("name").GetString());
        }
    }

    [Theory]
    [InlineData("agentruntime")]
    [InlineData("demo.sh")]
    [InlineData("test.sh")]
    [InlineData(".ci/run")]
    public void A_script_can_be_run(string file)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no executable bit.");
        var path = Path.Combine(TestKit.TestEnvironment.RepositoryRoot, file);

        Assert.StartsWith("#!/usr/bin/env bash\n", RepositoryFiles.Read(file), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.True(File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute));
        }
    }

    /// <summary>Each pattern is put together here, so that this file does not fit it.</summary>
    public static TheoryData<string, string> Forbidden() => new()
    {
        // Made-up users are fine as the data of a test.
        { "a path of a machine's user", $"/({"home"}|{"Users"})/(?!(app|me|shared|someone|user)/)[a-z]|/{"root"}/[a-z.]|[A-Z]:\\\\{"Users"}" },
        { "a path of a working folder", $"/{"work"}/(main|shared)|/{"tmp"}/(wt|brief)" },
        { "the address of a package registry", $@"{"regis" + "try"}\.(npmjs|yarnpkg)\.|{"api"}\.{"nuget"}\.org|\.{"pkg"}\.dev/|{"artif" + "actory"}" },
        { "a note about unfinished work", $@"\b({"TO" + "DO"}|{"FIX" + "ME"}|{"X" + "XX"}|{"HA" + "CK"})\b" },
    };

    private static IEnumerable<string> Texts() => RepositoryFiles.All.Where(file =>
        TextFiles.Contains(Path.GetExtension(file), StringComparer.Ordinal) || Path.GetExtension(file).Length == 0);
}
