using AgentRuntime.Cli.Output;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Cli.Composition;

/// <summary>What one process has once: its clock, its scrubber, its console and its stop signals.</summary>
internal sealed class ProcessHost : IDisposable
{
    private ProcessHost()
    {
        Ids = new IdGenerator(Time);
        Scrubber = ProcessScrubber.Create();
        Streams = new ConsoleStreams(Scrubber);
        Input = new ConsoleInput(Streams);
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = new SystemClock();

    /// <summary>The source of ids.</summary>
    public IdGenerator Ids { get; }

    /// <summary>The scrubber; knows every value that this process handed out or seeded.</summary>
    public Scrubber Scrubber { get; }

    /// <summary>The console.</summary>
    public ConsoleStreams Streams { get; }

    /// <summary>Standard input.</summary>
    public IInput Input { get; }

    /// <summary>Ctrl-C and SIGTERM.</summary>
    public StopSignals Signals { get; } = new();

    /// <summary>The person on whose behalf this process works.</summary>
    public string Principal { get; } = $"user:{Environment.UserName}";

    /// <summary>Takes over the console and the signals.</summary>
    public static ProcessHost Start() => new();

    /// <inheritdoc/>
    public void Dispose()
    {
        Signals.Dispose();
        Streams.Dispose();
    }
}
