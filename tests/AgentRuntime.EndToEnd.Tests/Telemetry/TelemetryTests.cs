using System.Diagnostics;
using System.Text;
using AgentRuntime.Cli.Telemetry;
using AgentRuntime.EndToEnd.Tests.Cli;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;
using AgentRuntime.Telemetry;
using AgentRuntime.TestKit.Leaks;

namespace AgentRuntime.EndToEnd.Tests.Telemetry;

public sealed class TelemetryTests
{
    private readonly string _canary = SampleKeys.NewText();
    private readonly Scrubber _scrubber = new(new ScrubberOptions());

    public TelemetryTests()
    {
        using var material = SecretMaterial.Single(new SecretRef(CredentialName.Parse("crm/read"), new CredentialVersion("1")), SecretValue.CopyUtf8(_canary));
        _scrubber.Register(material);
    }

    [Fact]
    public async Task What_is_exported_of_a_span_holds_no_value_wherever_it_was_put()
    {
        await using var receiver = new OtlpReceiver();
        using (TelemetryExport.Start(receiver.Endpoint, _scrubber))
        {
            using var span = RuntimeTelemetry.Source.StartActivity($"name {_canary}")!;
            span.SetTag("plain", $"value {_canary}");
            span.SetTag($"key {_canary}", "x");
            span.SetTag("encoded", Convert.ToBase64String(Encoding.UTF8.GetBytes($"u:{_canary}")));
            span.SetTag("list", new[] { "a", _canary });
            span.SetTag("object", new Uri($"http://localhost/{_canary}"));
            span.SetStatus(ActivityStatusCode.Error, $"failed with {_canary}");
            span.TraceStateString = $"v={_canary}";
        }

        AssertClean(receiver);
        Assert.Contains(Texts(receiver, "/v1/traces"), text => text.Contains("[redacted:crm/read#v1]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_span_whose_events_or_links_hold_a_value_is_not_exported_and_others_are()
    {
        await using var receiver = new OtlpReceiver();
        using (TelemetryExport.Start(receiver.Endpoint, _scrubber))
        {
            using (var bad = RuntimeTelemetry.Source.StartActivity("span-with-event")!)
            {
                bad.AddEvent(new ActivityEvent("event", tags: new ActivityTagsCollection { ["message"] = _canary }));
            }

            using (RuntimeTelemetry.Source.StartActivity(ActivityKind.Internal, links: [new ActivityLink(default, new ActivityTagsCollection { ["message"] = _canary })], name: "span-with-link"))
            {
            }

            using (var good = RuntimeTelemetry.Source.StartActivity("span-that-is-clean")!)
            {
                good.AddEvent(new ActivityEvent("event", tags: new ActivityTagsCollection { ["message"] = "harmless" }));
            }
        }

        AssertClean(receiver);
        var traces = string.Concat(Texts(receiver, "/v1/traces"));
        Assert.DoesNotContain("span-with-event", traces);
        Assert.DoesNotContain("span-with-link", traces);
        Assert.Contains("span-that-is-clean", traces);
    }

    [Fact]
    public async Task A_metric_keeps_only_attributes_from_closed_sets()
    {
        await using var receiver = new OtlpReceiver();
        using (TelemetryExport.Start(receiver.Endpoint, _scrubber))
        {
            RuntimeTelemetry.Steps.Add(1, new TagList { { "status", "succeeded" }, { "tool", $"tool-name {_canary}" } });
        }

        AssertClean(receiver);
        var metrics = string.Concat(Texts(receiver, "/v1/metrics"));
        Assert.Contains("agentruntime.steps", metrics);
        Assert.Contains("succeeded", metrics);
        Assert.DoesNotContain("tool-name", metrics);
    }

    [Fact]
    public async Task A_request_that_still_holds_a_value_is_not_sent()
    {
        await using var receiver = new OtlpReceiver();
        using var client = new HttpClient(new LeakGuard(_scrubber, new SocketsHttpHandler()));
        using var leaking = new ByteArrayContent(Encoding.UTF8.GetBytes($"\u0001\u0002{_canary}\u0003"));

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync(receiver.Endpoint, leaking, TestContext.Current.CancellationToken));

        Assert.Empty(receiver.Requests);
    }

    private static IEnumerable<string> Texts(OtlpReceiver receiver, string path) =>
        receiver.Requests.Where(request => request.Path == path).Select(request => Encoding.UTF8.GetString(request.Body));

    private void AssertClean(OtlpReceiver receiver)
    {
        var detector = new LeakDetector(("crm/read", _canary));
        Assert.NotEmpty(receiver.Requests);
        Assert.All(receiver.Requests, request =>
        {
            Assert.Empty(detector.Search(request.Body, request.Path));
            Assert.Empty(detector.Search(request.Headers));
        });
    }
}
