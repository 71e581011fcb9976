using System.Text.Json;

namespace AgentRuntime.TestKit.Cli;

/// <summary>What a command gave.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
public sealed record CliResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Standard output as one JSON document; fails when it is anything else.</summary>
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }

    /// <summary>Standard output as JSON lines.</summary>
    public IReadOnlyList<JsonElement> JsonLines() => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    })];

    /// <summary>Fails with everything that was said when the exit code is another.</summary>
    public CliResult Exits(int expected)
    {
        Assert.True(ExitCode == expected, $"Expected exit code {expected}, got {ExitCode}.\n--- stdout\n{Output}\n--- stderr\n{Errors}");
        return this;
    }
}
