using System.Text.Json;
using AgentRuntime.Audit;
using AgentRuntime.Runs;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>A batch on its way to the disk. Serialised by the caller's thread, so that the one writer has little to do.</summary>
internal sealed class PendingCommit
{
    private const int Waiting = 0;
    private const int Begun = 1;
    private const int Withdrawn = 2;

    private readonly TaskCompletionSource<JournalCommit> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state = Waiting;

    public PendingCommit(JournalBatch batch)
    {
        foreach (var e in batch.Events)
        {
            if (e.Run != default && e.Run != batch.Run)
            {
                throw new ArgumentException($"An event of the run {e.Run} is in a batch of the run {batch.Run}.", nameof(batch));
            }
        }

        if (batch.Audit is { } draft && draft.Run != batch.Run)
        {
            throw new ArgumentException($"An audit entry of the run {draft.Run} is in a batch of the run {batch.Run}.", nameof(batch));
        }

        Batch = batch;
        Events = [.. batch.Events.Select(static e => new PreparedEvent(e))];
        Audit = batch.Audit is null ? null : AuditChain.Prepare(batch.Audit);
    }

    public JournalBatch Batch { get; }

    public IReadOnlyList<PreparedEvent> Events { get; }

    public PreparedAudit? Audit { get; }

    public Task<JournalCommit> Completion => _completion.Task;

    /// <summary>What the writer made of it; reported only once it is durable.</summary>
    public JournalCommit? Result { get; set; }

    /// <summary>The writer takes it. False when the caller withdrew it before.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Waiting) != Withdrawn;

    /// <summary>The caller no longer wants it. Without effect once the writer has begun.</summary>
    public void Withdraw(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) == Waiting)
        {
            _completion.TrySetCanceled(cancellationToken);
        }
    }

    public void Complete() => _completion.TrySetResult(Result!);

    public void Fail(Exception exception) => _completion.TrySetException(exception);
}

/// <summary>An event with its stored form.</summary>
internal sealed class PreparedEvent
{
    public PreparedEvent(RunEvent e)
    {
        Event = e;
        Payload = RunEventJson.Serialize(e);
        Type = TypeOf(Payload);
    }

    public RunEvent Event { get; }

    public byte[] Payload { get; }

    public string Type { get; }

    /// <summary>The discriminator is always the first member.</summary>
    private static string TypeOf(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        return reader.Read() && reader.Read() && reader.ValueTextEquals("type"u8) && reader.Read() && reader.GetString() is { } type
            ? type
            : throw new JsonException("An event begins with its type.");
    }
}
