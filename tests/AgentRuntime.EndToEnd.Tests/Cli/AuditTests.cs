using Microsoft.Data.Sqlite;

namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class AuditTests(CrmWorkspace workspace) : IClassFixture<CrmWorkspace>
{
    private static readonly string[] Members =
    [
        "id", "time", "phase", "decision", "principal", "workflow", "workflow_sha256", "run_id", "step_id", "attempt", "server", "tool", "scope", "credential",
        "credential_version", "store", "store_request_id", "token_accessor", "trace_id", "result", "reason", "duration_ms", "previous_hash", "hash",
    ];

    [Fact]
    public async Task A_use_is_an_intent_and_an_outcome_with_every_member_of_the_contract()
    {
        var run = await RunAsync();

        var entries = (await workspace.Command.RunAsync("audit", "list", "--run", run, "--json")).Exits(0).JsonLines();

        Assert.Equal(["intent", "outcome"], entries.Select(entry => entry.GetProperty("phase").GetString()));
        Assert.All(entries, entry => Assert.All(Members, member => Assert.True(entry.TryGetProperty(member, out _), member)));
        Assert.StartsWith("user:", entries[1].GetProperty("principal").GetString());
        Assert.Equal("succeeded", entries[1].GetProperty("result").GetString());
        Assert.Equal("embedded", entries[1].GetProperty("store").GetString());
    }

    [Fact]
    public async Task Entries_are_chosen_by_credential_workflow_and_time()
    {
        await RunAsync();

        Assert.NotEmpty((await workspace.Command.RunAsync("audit", "list", "--credential", "crm/read", "--workflow", "lookup", "--since", "1h", "--json")).Exits(0).JsonLines());
        Assert.Empty((await workspace.Command.RunAsync("audit", "list", "--credential", "email/send", "--json")).Exits(0).JsonLines());
        Assert.Empty((await workspace.Command.RunAsync("audit", "list", "--since", "2999-01-01", "--json")).Exits(0).JsonLines());
        (await workspace.Command.RunAsync("audit", "list", "--credential", "crm")).Exits(2);
    }

    [Fact]
    public async Task One_entry_is_shown_by_its_id()
    {
        var run = await RunAsync();
        var id = (await workspace.Command.RunAsync("audit", "list", "--run", run, "--json")).Exits(0).JsonLines()[0].GetProperty("id").GetString()!;

        Assert.Equal(run, (await workspace.Command.RunAsync("audit", "show", id, "--json")).Exits(0).Json().GetProperty("run_id").GetString());
        Assert.Contains(id, (await workspace.Command.RunAsync("audit", "show", id)).Exits(0).Output);
    }

    [Fact]
    public async Task An_export_is_the_chain_line_by_line()
    {
        await RunAsync();

        var lines = (await workspace.Command.RunAsync("audit", "export", "--format", "jsonl")).Exits(0).JsonLines();

        Assert.Equal(new string('0', 64), lines[0].GetProperty("previous_hash").GetString());
        Assert.All(lines.Zip(lines.Skip(1)), pair => Assert.Equal(pair.First.GetProperty("hash").GetString(), pair.Second.GetProperty("previous_hash").GetString()));
        (await workspace.Command.RunAsync("audit", "export", "--format", "csv")).Exits(2);
    }

    [Fact]
    public async Task An_export_verifies_without_a_workspace_and_a_changed_one_exits_5()
    {
        await RunAsync();
        using var elsewhere = new TestFolder();
        var export = (await workspace.Command.RunAsync("audit", "export")).Exits(0).Output;
        await File.WriteAllTextAsync(elsewhere.File("audit.jsonl"), export, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(elsewhere.File("changed.jsonl"), export.Replace("find_customer", "find_customers", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        (await elsewhere.Command.RunAsync("audit", "verify", "--file", "audit.jsonl")).Exits(0);
        (await elsewhere.Command.RunAsync("audit", "verify", "--file", "changed.jsonl")).Exits(5);
        (await elsewhere.Command.RunAsync("audit", "verify", "--file", "none.jsonl")).Exits(2);
    }

    [Fact]
    public async Task A_whole_chain_verifies_and_a_changed_entry_exits_5_and_is_named()
    {
        using var own = new TestFolder();
        (await own.Command.RunAsync("init")).Exits(0);
        CrmWorkspace.WriteFiles(own, workspace.Crm.Port, 1);
        (await own.Command.RunWithAsync(workspace.Keys["crm/read"], "credentials", "set", "crm/read")).Exits(0);
        (await own.Command.RunAsync("run", "lookup")).Exits(0);
        (await own.Command.RunAsync("audit", "verify")).Exits(0);
        await ChangeFirstEntryAsync(own.File(".agentruntime/runs.db"));

        var result = (await own.Command.RunAsync("audit", "verify", "--json")).Exits(5).Json();
        var export = (await own.Command.RunAsync("audit", "export", "--json")).Exits(5).Json().GetProperty("error");

        Assert.Equal("audit_broken", export.GetProperty("code").GetString());

        Assert.False(result.GetProperty("whole").GetBoolean());
        Assert.Equal(1, result.GetProperty("break").GetProperty("sequence").GetInt64());
        var doctor = (await own.Command.RunAsync("doctor", "--json")).Exits(1).Json();
        Assert.Contains(doctor.GetProperty("checks").EnumerateArray(), check => check.GetProperty("check").GetString() == "audit log" && check.GetProperty("status").GetString() == "fail");
    }

    [Fact]
    public async Task A_run_is_named_as_everywhere_else_and_an_unknown_one_is_an_error_and_not_an_empty_list()
    {
        var run = await RunAsync();
        string[] phases = ["intent", "outcome"];

        foreach (var name in new[] { "latest", run, run[..^4] })
        {
            var entries = (await workspace.Command.RunAsync("audit", "list", "--run", name, "--json")).Exits(0).JsonLines();

            Assert.Equal(phases, entries.Select(entry => entry.GetProperty("phase").GetString()));
            Assert.All(entries, entry => Assert.Equal(run, entry.GetProperty("run_id").GetString()));
        }

        (await workspace.Command.RunAsync("audit", "list", "--run", "run_none")).Exits(2);
        (await workspace.Command.RunAsync("audit", "export", "--run", "run_none")).Exits(2);
    }

    [Fact]
    public async Task A_check_of_the_servers_has_entries_under_an_id_of_its_own()
    {
        (await workspace.Command.RunAsync("servers", "check", "crm")).Exits(0);
        var check = (await workspace.Command.RunAsync("audit", "list", "--workflow", "servers-check", "--json")).Exits(0).JsonLines()[0].GetProperty("run_id").GetString()!;

        Assert.Equal(2, (await workspace.Command.RunAsync("audit", "list", "--run", check, "--json")).Exits(0).JsonLines().Count);
    }

    [Fact]
    public async Task A_chain_without_its_anchor_is_not_called_whole_without_a_word()
    {
        using var own = new TestFolder();
        (await own.Command.RunAsync("init")).Exits(0);
        CrmWorkspace.WriteFiles(own, workspace.Crm.Port, 1);
        (await own.Command.RunWithAsync(workspace.Keys["crm/read"], "credentials", "set", "crm/read")).Exits(0);
        (await own.Command.RunAsync("run", "lookup")).Exits(0);
        var before = (await own.Command.RunAsync("audit", "verify", "--json")).Exits(0).Json().GetProperty("anchor");
        File.Delete(Directory.GetFiles(Path.Combine(own.Home, ".config", "agentruntime", "anchors")).Single());

        var anchor = (await own.Command.RunAsync("audit", "verify", "--json")).Exits(0).Json().GetProperty("anchor");
        var text = (await own.Command.RunAsync("audit", "verify")).Exits(0).Output;
        var doctor = (await own.Command.RunAsync("doctor", "--json")).Json();

        Assert.Equal("compared", before.GetProperty("status").GetString());
        Assert.Equal(2, before.GetProperty("entries").GetInt64());
        Assert.Equal("missing", anchor.GetProperty("status").GetString());
        Assert.Contains("a cut-off end would not be noticed", text);
        Assert.Contains(doctor.GetProperty("checks").EnumerateArray(), check => check.GetProperty("check").GetString() == "audit log" && check.GetProperty("status").GetString() == "warn");
    }

    /// <summary>As somebody would who owns the file and knows the schema.</summary>
    private static async Task ChangeFirstEntryAsync(string database)
    {
        await using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var triggers = new List<string>();
        await using (var list = connection.CreateCommand())
        {
            list.CommandText = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'";
            await using var reader = await list.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                triggers.Add(reader.GetString(0));
            }
        }

        await using var change = connection.CreateCommand();
        change.CommandText = string.Concat(triggers.Select(name => $"DROP TRIGGER \"{name}\";"))
            + "UPDATE audit SET line = replace(line, '\"lookup\"', '\"lookpu\"') WHERE sequence = 1";
        Assert.Equal(1, await change.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }

    private async Task<string> RunAsync() =>
        (await workspace.Command.RunAsync("run", "lookup", "--json")).Exits(0).Json().GetProperty("run_id").GetString()!;
}
