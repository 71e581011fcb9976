using AgentRuntime.Scrubbing;
using AgentRuntime.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AgentRuntime.Cli.Telemetry;

/// <summary>Exports spans and metrics by OTLP over HTTP while it lives. Three layers keep values out: see each of them.</summary>
/// <remarks>
/// 1 <see cref="ScrubbingSpanProcessor"/> rewrites what a span says and drops a span that it cannot rewrite;
/// 2 metrics keep only the attributes whose values come from closed sets;
/// 3 <see cref="LeakGuard"/> looks at the bytes of each request and sends none that holds a known value.
/// Nothing is read from the environment: the endpoint comes from the workspace's settings.
/// </remarks>
internal sealed class TelemetryExport : IDisposable
{
    private static readonly string[] Sources = [RuntimeTelemetry.Name, "AgentRuntime.Mcp"];
    private static readonly string[] ClosedAttributes = ["status", "type", "result", "code", "error.type"];
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(5);

    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private TelemetryExport(TracerProvider traces, MeterProvider metrics)
    {
        _traces = traces;
        _metrics = metrics;
    }

    /// <summary>Starts the export to an OTLP endpoint such as <c>http://127.0.0.1:4318</c>.</summary>
    public static TelemetryExport Start(Uri endpoint, IScrubber scrubber)
    {
        var resource = ResourceBuilder.CreateEmpty().AddService("agentruntime", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3), autoGenerateServiceInstanceId: false);
        var traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(Sources)
            .AddProcessor(new ScrubbingSpanProcessor(scrubber))
            .AddOtlpExporter(options => Configure(options, endpoint, "v1/traces", scrubber))
            .Build();
        var metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(Sources)
            .AddView("*", new MetricStreamConfiguration { TagKeys = ClosedAttributes })
            .AddOtlpExporter(options => Configure(options, endpoint, "v1/metrics", scrubber))
            .Build();
        return new TelemetryExport(traces, metrics);
    }

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        _traces.ForceFlush((int)LongestFlush.TotalMilliseconds);
        _metrics.ForceFlush((int)LongestFlush.TotalMilliseconds);
        _traces.Dispose();
        _metrics.Dispose();
    }

    private static void Configure(OtlpExporterOptions options, Uri endpoint, string path, IScrubber scrubber)
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/" + path);
        options.Headers = null;
        options.TimeoutMilliseconds = (int)LongestFlush.TotalMilliseconds;
        options.HttpClientFactory = () => new HttpClient(new LeakGuard(scrubber, new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })) { Timeout = LongestFlush };
    }
}
