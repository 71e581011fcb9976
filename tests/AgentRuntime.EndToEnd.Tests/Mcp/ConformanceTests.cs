using System.Diagnostics;
using System.Text.Json;
using AgentRuntime.EndToEnd.Tests.Cli;
using AgentRuntime.TestKit;

namespace AgentRuntime.EndToEnd.Tests.Mcp;

/// <summary>The client scenarios of the official conformance suite, run by its own runner against the command itself.</summary>
public sealed class ConformanceTests
{
    [Theory]
    [InlineData("initialize")]
    [InlineData("tools_call")]
    [InlineData("sse-retry")]
    [InlineData("elicitation-sep1034-client-defaults")]
    public async Task Passes_the_client_scenario(string scenario)
    {
        var node = TestEnvironment.RequireNode22();
        var suite = Path.Combine(TestEnvironment.RequireNpmPackage("@modelcontextprotocol/conformance"), "dist", "index.js");
        var results = Directory.CreateTempSubdirectory("agentruntime-conformance");
        try
        {
            var start = new ProcessStartInfo(node)
            {
                ArgumentList = { suite, "client", "--command", $"{BuiltCommand.Path} conformance-client", "--scenario", scenario, "--timeout", "60000", "-o", results.FullName },
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = results.FullName,
            };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            var text = $"{await output}\n{await errors}";
            Assert.True(process.ExitCode == 0, text);

            // The runner's own verdict is not enough: a scenario without a single passed check would be one that never ran.
            var file = Assert.Single(Directory.GetFiles(results.FullName, "checks.json", SearchOption.AllDirectories));
            using var checks = JsonDocument.Parse(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            var statuses = checks.RootElement.EnumerateArray().Select(check => check.GetProperty("status").GetString()).ToArray();
            Assert.Contains("SUCCESS", statuses);
            Assert.DoesNotContain("FAILURE", statuses);
        }
        finally
        {
            results.Delete(recursive: true);
        }
    }
}
