using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Runs.Plans;
using AgentRuntime.Scrubbing;
using AgentRuntime.Workflows;

namespace AgentRuntime.Runs;

/// <summary>Runs the body of a loop once for each item, several iterations at once.</summary>
internal sealed class ForEachRun(RunContext run, GraphNode node, ForEachStep step, ListPlan body, StepFrame frame, StepPath path)
{
    public async ValueTask<AttemptResult> RunAsync(JsonElement items, CancellationToken cancellationToken)
    {
        var count = items.GetArrayLength();
        var ends = new IterationEnd?[count];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var next = -1;
        var workers = Enumerable.Range(0, Math.Min(step.MaxParallel, count)).Select(_ => WorkAsync()).ToList();
        await Task.WhenAll(workers);
        cancellationToken.ThrowIfCancellationRequested();
        return Summarise(ends, count);

        async Task WorkAsync()
        {
            // An iteration may get far before it first waits; the others are not to begin only then.
            await Task.Yield();
            while (!stop.IsCancellationRequested && Interlocked.Increment(ref next) is var index && index < count)
            {
                ends[index] = await IterateAsync(items[index], index, stop.Token);
                if (ends[index]!.Error is not null && step.ErrorPolicy == ForEachErrorPolicy.FailFast)
                {
                    await stop.CancelAsync();
                }
            }
        }
    }

    private async Task<IterationEnd> IterateAsync(JsonElement item, int index, CancellationToken cancellationToken)
    {
        var iteration = frame.Iteration(node, index, item);
        try
        {
            var error = await new GraphRunner(run, new StepExecutor(run)).RunAsync(body, iteration, cancellationToken);
            return error is null ? new IterationEnd(LastResult(iteration), Error: null) : new IterationEnd(Result: null, error);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new IterationEnd(Result: null, new RunError(RunErrorCodes.Cancelled, ScrubbedText.Constant("Another iteration failed, or the run was cancelled.")));
        }
    }

    // The result of an iteration is that of its last step, in the order of the document, that has one.
    private JsonElement? LastResult(StepFrame iteration)
    {
        for (var i = step.Body.Count - 1; i >= 0; i--)
        {
            if (iteration.ResultOf(step.Body[i].Id) is { } result)
            {
                return result;
            }
        }

        return null;
    }

    private AttemptResult Summarise(IterationEnd?[] ends, int count)
    {
        var failed = ends.Count(end => end?.Error is not null);
        if (failed > 0 && step.ErrorPolicy == ForEachErrorPolicy.FailFast)
        {
            var first = Array.FindIndex(ends, end => end?.Error is { } error && !string.Equals(error.Code, RunErrorCodes.Cancelled, StringComparison.Ordinal));
            first = first < 0 ? Array.FindIndex(ends, end => end?.Error is not null) : first;
            var error = ends[first]!.Error!;
            return AttemptResult.Failure(
                run.Error(RunErrorCodes.IterationFailed, $"Iteration {first} failed at {error.Step ?? path.Value} with {error.Code}: {error.Message.Text}", step.Pointer),
                retryable: true);
        }

        return AttemptResult.Success(new ScrubbedJson(Write(ends, count, failed)));
    }

    private static JsonElement Write(IterationEnd?[] ends, int count, int failed)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("count", count);
            writer.WriteNumber("succeeded_count", count - failed);
            writer.WriteNumber("failed_count", failed);
            writer.WriteStartArray("results");
            for (var i = 0; i < count; i++)
            {
                WriteOne(writer, i, ends[i]!);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static void WriteOne(Utf8JsonWriter writer, int index, IterationEnd end)
    {
        writer.WriteStartObject();
        writer.WriteNumber("index", index);
        writer.WriteString("status", end.Error is null ? "succeeded" : "failed");
        if (end.Result is { } result)
        {
            writer.WritePropertyName("result");
            result.WriteTo(writer);
        }
        else
        {
            writer.WriteNull("result");
        }

        if (end.Error is { } error)
        {
            writer.WriteStartObject("error");
            writer.WriteString("code", error.Code);
            writer.WriteString("message", error.Message.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private sealed record IterationEnd(JsonElement? Result, RunError? Error);
}
