using System.Diagnostics;
using AgentRuntime.Scrubbing;
using OpenTelemetry;

namespace AgentRuntime.Cli.Telemetry;

/// <summary>Scrubs a span when it ends, before the exporter sees it: name, attributes, status, trace state.</summary>
/// <remarks>Events and links cannot be rewritten. A span whose events or links hold something is not exported at all.</remarks>
internal sealed class ScrubbingSpanProcessor(IScrubber scrubber) : BaseProcessor<Activity>
{
    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        if (data.Events.Any(e => Holds(e.Name) || e.Tags.Any(Holds)) || data.Links.Any(link => Holds(link.Context.TraceState) || (link.Tags?.Any(Holds) ?? false)))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            return;
        }

        data.DisplayName = scrubber.Scrub(data.DisplayName);
        data.TraceStateString = data.TraceStateString is { } state && scrubber.HoldsSecret(state) ? null : data.TraceStateString;
        if (data.StatusDescription is { } description)
        {
            data.SetStatus(data.Status, scrubber.Scrub(description));
        }

        foreach (var (key, value) in data.TagObjects.ToArray())
        {
            ScrubTag(data, key, value);
        }
    }

    private void ScrubTag(Activity span, string key, object? value)
    {
        if (scrubber.HoldsSecret(key))
        {
            span.SetTag(key, null);
            span.SetTag(scrubber.Scrub(key), Clean(value));
        }
        else if (Clean(value) is var clean && !ReferenceEquals(clean, value))
        {
            span.SetTag(key, clean);
        }
    }

    private object? Clean(object? value) => value switch
    {
        null or bool or byte or short or int or long or float or double => value,
        string text => scrubber.Scrub(text),
        IEnumerable<string> texts => texts.Select(scrubber.Scrub).ToArray(),
        _ => scrubber.Scrub(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? string.Empty),
    };

    private bool Holds(KeyValuePair<string, object?> tag) => Holds(tag.Key) || tag.Value switch
    {
        null => false,
        IEnumerable<string> texts => texts.Any(Holds),
        var value => Holds(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)),
    };

    private bool Holds(string? text) => text is not null && scrubber.HoldsSecret(text);
}
