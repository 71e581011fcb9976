using System.Collections.Concurrent;
using System.Diagnostics;

namespace AgentRuntime.Integration.Tests.Leaks;

/// <summary>Everything in every span that ends while this lives, before any exporter's scrubbing: the product's sources must be clean by themselves.</summary>
internal sealed class SpanCapture : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<string> _spans = new();

    public SpanCapture()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("AgentRuntime", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => _spans.Enqueue(Text(span)),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The spans so far.</summary>
    public IReadOnlyList<string> Spans => [.. _spans];

    public void Dispose() => _listener.Dispose();

    private static string Text(Activity span) => string.Join('\n',
    [
        span.DisplayName,
        span.OperationName,
        span.StatusDescription,
        span.TraceStateString,
        .. span.TagObjects.Select(tag => $"{tag.Key}={GraphText.Of(tag.Value)}"),
        .. span.Baggage.Select(item => $"{item.Key}={item.Value}"),
        .. span.Events.Select(e => $"{e.Name} {string.Join(' ', e.Tags.Select(tag => $"{tag.Key}={GraphText.Of(tag.Value)}"))}"),
        .. span.Links.Select(link => string.Join(' ', (link.Tags ?? []).Select(tag => $"{tag.Key}={GraphText.Of(tag.Value)}"))),
    ]);
}
