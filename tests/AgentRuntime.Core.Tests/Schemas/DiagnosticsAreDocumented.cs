using System.Reflection;
using System.Runtime.CompilerServices;
using AgentRuntime.Workflows;

namespace AgentRuntime.Core.Tests.Schemas;

public sealed class DiagnosticsAreDocumented
{
    public static TheoryData<string> Codes => new(typeof(ProblemCodes).GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static).Select(constant => (string)constant.GetRawConstantValue()!));

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_has_its_own_heading(string code) => Assert.Contains($"\n### `{code}`\n", Page(), StringComparison.Ordinal);

    [Fact]
    public void Every_heading_is_a_code()
    {
        var codes = Codes.Select(row => row.Data).ToHashSet(StringComparer.Ordinal);
        Assert.All(Page().Split('\n').Where(line => line.StartsWith("### `", StringComparison.Ordinal)), line => Assert.Contains(line[5..^1], codes));
    }

    [Fact]
    public void Codes_are_unique_and_snake_case()
    {
        var codes = Codes.Select(row => row.Data).ToList();
        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^[a-z][a-z0-9]*(_[a-z0-9]+)*$", code));
    }

    private static string Page([CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here)!;
        while (!File.Exists(Path.Combine(folder, "AgentRuntime.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return File.ReadAllText(Path.Combine(folder, "docs", "diagnostics.md")).ReplaceLineEndings("\n");
    }
}
