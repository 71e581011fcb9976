using System.Text;
using AgentRuntime.Audit;
using static AgentRuntime.TestKit.Storage.JournalSamples;

namespace AgentRuntime.TestKit.Storage;

/// <summary>What every audit log must do. Each implementation has a subclass in a test project.</summary>
public abstract class AuditLogConformance
{
    private const int Entries = 6;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A new, empty place; its log keeps an anchor.</summary>
    protected abstract JournalPlace CreatePlace();

    [Fact]
    public async Task An_empty_chain_is_whole()
    {
        await using var place = CreatePlace();
        await using var open = await place.OpenAsync();
        var found = await open.Audit.VerifyAsync(Cancel);
        Assert.Equal((0, AuditChain.Origin, null), (found.Entries, found.Head, found.Break));
    }

    [Fact]
    public async Task A_chain_that_nobody_touched_is_whole_and_compared_with_its_anchor()
    {
        await using var place = CreatePlace();
        await using var open = await FillAsync(place);
        var found = await open.Audit.VerifyAsync(Cancel);
        Assert.Null(found.Break);
        Assert.Equal(Entries, found.Entries);
        Assert.Equal((await open.Audit.QueryAsync(new AuditQuery(), Cancel).LastAsync(Cancel)).Hash, found.Head);
        Assert.Equal((AuditAnchorStatus.Compared, (long)Entries), (found.Anchor!.Status, found.Anchor.Entries));
    }

    [Fact]
    public async Task Chains_each_entry_to_the_one_before()
    {
        await using var place = CreatePlace();
        await using var open = await FillAsync(place);
        var head = AuditChain.Origin;
        var sequence = 0;
        await foreach (var entry in open.Audit.QueryAsync(new AuditQuery(), Cancel))
        {
            Assert.Equal(++sequence, entry.Sequence);
            Assert.Equal(head, entry.PreviousHash);
            head = entry.Hash;
        }

        Assert.Equal(Entries, sequence);
    }

    [Fact]
    public async Task Gives_back_an_entry_as_it_was_written()
    {
        await using var place = CreatePlace();
        await using var open = await place.OpenAsync();
        var intent = (await open.Journal.CommitAsync(Batch(Intent(1)), Cancel)).Audit;
        var outcome = (await open.Journal.CommitAsync(Batch(Outcome(2)), Cancel)).Audit;
        var read = await open.Audit.QueryAsync(new AuditQuery(), Cancel).ToListAsync(Cancel);
        Assert.Equal([intent!, outcome!], read);
        Assert.Equal((await place.ReadLinesAsync()).Select(line => Encoding.ASCII.GetString(line.Text.Span)), read.Select(entry => Encoding.ASCII.GetString(AuditEntryJson.Write(entry).Span)));
    }

    [Fact]
    public async Task Finds_entries_by_run_credential_workflow_time_and_id()
    {
        await using var place = CreatePlace();
        await using var open = await place.OpenAsync();
        var payments = Names.CredentialName.Parse("payments/refund");
        AuditDraft[] drafts =
        [
            Intent(1, Run(1), Noon),
            Intent(2, Run(2), Noon.AddMinutes(1)) with { Credential = payments, Server = payments.Server, Scope = payments.Scope },
            Intent(3, Run(2), Noon.AddMinutes(2)) with { Workflow = new Names.WorkflowName("another") },
            Intent(4, Run(1), Noon.AddMinutes(3)) with { Credential = payments, Server = payments.Server, Scope = payments.Scope },
        ];
        foreach (var draft in drafts)
        {
            await open.Journal.CommitAsync(Batch(draft), Cancel);
        }

        await FindsAsync(new AuditQuery(), 1, 2, 3, 4);
        await FindsAsync(new AuditQuery { Run = Run(2) }, 2, 3);
        await FindsAsync(new AuditQuery { Credential = payments }, 2, 4);
        await FindsAsync(new AuditQuery { Workflow = Workflow }, 1, 2, 4);
        await FindsAsync(new AuditQuery { Since = Noon.AddMinutes(2) }, 3, 4);
        await FindsAsync(new AuditQuery { Since = Noon.AddMinutes(2).ToOffset(TimeSpan.FromHours(2)) }, 3, 4);
        await FindsAsync(new AuditQuery { Id = AuditId(3) }, 3);
        await FindsAsync(new AuditQuery { Run = Run(1), Credential = payments, Since = Noon.AddMinutes(1) }, 4);
        await FindsAsync(new AuditQuery { Run = Run(9) });

        async Task FindsAsync(AuditQuery query, params int[] numbers) =>
            Assert.Equal(numbers.Select(AuditId), await open.Audit.QueryAsync(query, Cancel).Select(entry => entry.Draft.Id).ToListAsync(Cancel));
    }

    [Theory]
    [InlineData("changed", 3, "changed")]
    [InlineData("changed last", Entries, "changed")]
    [InlineData("changed and hashed again", 3, "changed")]
    [InlineData("removed", 3, "removed")]
    [InlineData("removed and places closed", 3, "removed")]
    [InlineData("removed first", 1, "removed")]
    [InlineData("reordered", 3, "reordered")]
    [InlineData("inserted copy", 3, "inserted")]
    [InlineData("inserted forgery", 3, "inserted")]
    [InlineData("truncated", Entries - 1, "truncated")]
    [InlineData("emptied", 1, "truncated")]
    [InlineData("rewritten from the third on", Entries, "changed")]
    [InlineData("unreadable", 3, "unreadable")]
    public async Task Finds_the_first_break(string tampering, long sequence, string kind)
    {
        await using var place = CreatePlace();
        await using var open = await FillAsync(place);
        await place.ReplaceLinesAsync(ChainTampering.Apply(tampering, await place.ReadLinesAsync()));
        var found = (await open.Audit.VerifyAsync(Cancel)).Break;
        Assert.Equal((sequence, kind), (found?.Sequence, found?.Kind));
        Assert.NotEmpty(found!.Message);
    }

    private static async Task<OpenJournal> FillAsync(JournalPlace place)
    {
        var open = await place.OpenAsync();
        for (var i = 1; i <= Entries; i++)
        {
            await open.Journal.CommitAsync(Batch(i % 2 == 1 ? Intent(i) : Outcome(i)), Cancel);
        }

        return open;
    }
}
