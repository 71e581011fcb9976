using System.Threading.Channels;
using AgentRuntime.Cli.Output;
using AgentRuntime.Cli.Views;
using AgentRuntime.Runs;

namespace AgentRuntime.Cli.Progress;

/// <summary>Shows a run while it goes: a table that changes on a terminal, lines in a pipe, nothing with <c>--json</c>.</summary>
internal static class RunProgress
{
    /// <summary>Runs <paramref name="run"/> with an observer that shows its events and passes them to <paramref name="also"/>.</summary>
    public static async Task<RunOutcome> FollowAsync(IOutput output, Func<IRunObserver?, Task<RunOutcome>> run, IRunObserver? also = null)
    {
        if (output.IsJson)
        {
            return await run(also);
        }

        return output.IsLive ? await FollowLiveAsync(output, run, also) : await run(new LineObserver(output.Text, also));
    }

    private static async Task<RunOutcome> FollowLiveAsync(IOutput output, Func<IRunObserver?, Task<RunOutcome>> run, IRunObserver? also)
    {
        var events = Channel.CreateUnbounded<RunEvent>(new UnboundedChannelOptions { SingleReader = true });
        var outcome = RunToEndAsync();
        await output.LiveAsync(TableOf(RunState.Empty), async update =>
        {
            var state = RunState.Empty;
            while (await events.Reader.WaitToReadAsync(CancellationToken.None))
            {
                while (events.Reader.TryRead(out var e))
                {
                    state = state.Apply(e);
                }

                update(TableOf(state));
            }
        });
        return await outcome;

        async Task<RunOutcome> RunToEndAsync()
        {
            try
            {
                return await run(new ChannelObserver(events.Writer, also));
            }
            finally
            {
                events.Writer.Complete();
            }
        }
    }

    private static TextTable TableOf(RunState state) => RunDetailView.StepTable(RunView.Of(state, ownerAlive: true).Steps);

    private sealed class ChannelObserver(ChannelWriter<RunEvent> events, IRunObserver? also) : IRunObserver
    {
        public void OnEvent(RunEvent e)
        {
            events.TryWrite(e);
            also?.OnEvent(e);
        }
    }

    private sealed class LineObserver(ITextOutput text, IRunObserver? also) : IRunObserver
    {
        public void OnEvent(RunEvent e)
        {
            try
            {
                var step = e is StepEvent { Step: var path } ? $"{path} " : string.Empty;
                text.Line(new Piece(TimeText.OfDay(e.Time), Tone.Dim), " ", RunEventView.TypeOf(e).Replace('_', ' '), " ", new Piece(step, Tone.Strong), RunEventView.DetailOf(e));
            }
            catch (IOException)
            {
                // The run goes on to its recorded end; the report at the end says that nothing can be written.
            }

            also?.OnEvent(e);
        }
    }
}
