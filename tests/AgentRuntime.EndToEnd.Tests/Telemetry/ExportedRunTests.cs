using System.Text;
using AgentRuntime.EndToEnd.Tests.Cli;
using AgentRuntime.TestKit.Leaks;

namespace AgentRuntime.EndToEnd.Tests.Telemetry;

public sealed class ExportedRunTests(CrmWorkspace workspace) : IClassFixture<CrmWorkspace>
{
    [Fact]
    public async Task A_run_exports_its_spans_and_metrics_under_the_trace_id_of_its_events_and_no_key()
    {
        await using var receiver = new OtlpReceiver();
        var settings = await File.ReadAllTextAsync(workspace.Folder.File("agentruntime.json"), TestContext.Current.CancellationToken);
        workspace.Folder.Write("agentruntime.json", settings.Replace("\"otlp_endpoint\": null", $"\"otlp_endpoint\": \"{receiver.Endpoint}\"", StringComparison.Ordinal));

        var run = (await workspace.Command.RunAsync("run", "lookup", "--json")).Exits(0).Json().GetProperty("run_id").GetString()!;

        var trace = (await workspace.Command.RunAsync("runs", "show", run, "--json")).Exits(0).Json().GetProperty("trace_id").GetString()!;
        var bodies = receiver.Requests.Where(request => request.Path == "/v1/traces").Select(request => request.Body).ToList();
        Assert.Contains(bodies, body => body.AsSpan().IndexOf(Convert.FromHexString(trace)) >= 0);
        var spans = string.Concat(bodies.Select(Encoding.UTF8.GetString));
        Assert.All((string[])["workflow.run", "workflow.step", "credential.lease", "tools/call find_customer"], name => Assert.Contains(name, spans));
        Assert.Contains(receiver.Requests, request => request.Path == "/v1/metrics");
        var detector = new LeakDetector(workspace.Keys.Select(key => (key.Key, key.Value)));
        Assert.All(receiver.Requests, request => Assert.Empty(detector.Search(request.Body, request.Path)));
    }
}
