using AgentRuntime.Tools;

namespace AgentRuntime.Integration.Tests.Leaks;

/// <summary>The real tool caller, and what a test wants to happen while a call is under way.</summary>
internal sealed class HookedTools(IToolCaller inner) : IToolCaller
{
    /// <summary>Runs after the tool answered and before the engine learns of it.</summary>
    public Func<ToolCall, Task>? Answered { get; set; }

    /// <summary>Runs beside the call, once it was sent on its way.</summary>
    public Func<ToolCall, Task>? Beside { get; set; }

    public async ValueTask<ToolOutcome> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var answer = inner.CallAsync(call, cancellationToken).AsTask();
        if (Beside is { } beside)
        {
            await beside(call);
        }

        var outcome = await answer;
        if (Answered is { } answered)
        {
            await answered(call);
        }

        return outcome;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
