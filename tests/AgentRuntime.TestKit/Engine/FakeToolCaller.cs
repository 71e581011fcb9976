using System.Collections.Concurrent;
using System.Text.Json;
using AgentRuntime.Scrubbing;
using AgentRuntime.Tools;

namespace AgentRuntime.TestKit.Engine;

/// <summary>A tool caller whose answers a test writes; remembers every call. Thread-safe.</summary>
public sealed class FakeToolCaller : IToolCaller
{
    private readonly ConcurrentDictionary<string, Func<ToolCall, CancellationToken, ValueTask<ToolOutcome>>> _tools = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ToolCall> _calls = new();

    /// <summary>Every call, in order of arrival.</summary>
    public IReadOnlyList<ToolCall> Calls => [.. _calls];

    /// <summary>What a tool does.</summary>
    public FakeToolCaller On(string tool, Func<ToolCall, CancellationToken, ValueTask<ToolOutcome>> answer)
    {
        _tools[tool] = answer;
        return this;
    }

    /// <summary>A tool that always answers this JSON.</summary>
    public FakeToolCaller Answers(string tool, string json) => On(tool, (_, _) => ValueTask.FromResult(Json(json)));

    /// <summary>A tool that answers each call in turn; the last answer stays.</summary>
    public FakeToolCaller AnswersInTurn(string tool, params ToolOutcome[] outcomes)
    {
        var next = -1;
        return On(tool, (_, _) => ValueTask.FromResult(outcomes[Math.Min(Interlocked.Increment(ref next), outcomes.Length - 1)]));
    }

    /// <summary>A successful answer.</summary>
    public static ToolOutcome Json(string json) => new ToolOutcome.Succeeded(new UntrustedJson(JsonElement.Parse(json)));

    /// <summary>A failure.</summary>
    public static ToolOutcome Fails(ToolFailureKind kind, string message = "no", bool effectPossible = false) =>
        new ToolOutcome.Failed(kind, new UntrustedText(message), effectPossible);

    /// <inheritdoc/>
    public ValueTask<ToolOutcome> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        _calls.Enqueue(call);
        return _tools.TryGetValue(call.Tool.Value, out var answer)
            ? answer(call, cancellationToken)
            : ValueTask.FromResult(Fails(ToolFailureKind.UnknownTool));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
