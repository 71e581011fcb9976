using AgentRuntime.Audit;

namespace AgentRuntime.TestKit.Storage;

/// <summary>The data of an <see cref="InMemoryJournal"/>.</summary>
public sealed class InMemoryJournalPlace : JournalPlace
{
    private InMemoryJournal _journal = new();

    public override ValueTask<OpenJournal> OpenAsync()
    {
        _journal = _journal.Reopen();
        return ValueTask.FromResult(OpenJournal.Over(_journal));
    }

    public override ValueTask<IReadOnlyList<AuditLine>> ReadLinesAsync() => ValueTask.FromResult<IReadOnlyList<AuditLine>>([.. _journal.Lines]);

    public override ValueTask ReplaceLinesAsync(IReadOnlyList<AuditLine> lines)
    {
        _journal.Lines.Clear();
        foreach (var line in lines)
        {
            _journal.Lines.Add(line);
        }

        return ValueTask.CompletedTask;
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
