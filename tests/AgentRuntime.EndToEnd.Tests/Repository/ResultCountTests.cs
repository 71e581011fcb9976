using System.Diagnostics;
using AgentRuntime.EndToEnd.Tests.Cli;
using AgentRuntime.TestKit;

namespace AgentRuntime.EndToEnd.Tests.Repository;

/// <summary><c>./test.sh</c> counts every test, whatever the tests printed.</summary>
public sealed class ResultCountTests
{
    [Theory]
    [InlineData("passed", 2)]
    [InlineData("failed", 1)]
    [InlineData("skipped", 1)]
    public async Task Bytes_that_are_no_text_in_the_results_hide_no_test(string kind, int count)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script needs bash.");
        using var folder = new TestFolder();
        byte[] results =
        [
            .. "<UnitTestResult testName=\"a\" outcome=\"Passed\">\n"u8, 0x00, 0xff, 0x1b,
            .. "\n<UnitTestResult testName=\"b"u8, 0xff,
            .. "\" outcome=\"Failed\">\n<UnitTestResult testName=\"c\" outcome=\"NotExecuted\"><UnitTestResult testName=\"d\" outcome=\"Passed\">\n"u8,
        ];
        await File.WriteAllBytesAsync(folder.File("one.trx"), results, TestContext.Current.CancellationToken);
        var script = $". '{TestEnvironment.RepositoryRoot}/eng/test/results.sh'; count_results {kind} one.trx";

        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = folder.Workspace, UseShellExecute = false, RedirectStandardOutput = true })!;
        var counted = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(count.ToString(System.Globalization.CultureInfo.InvariantCulture), counted.Trim());
    }
}
