using System.Diagnostics;
using AgentRuntime.TestKit.Cli;
using AgentRuntime.TestKit.Leaks;
using AgentRuntime.TestKit.Samples;

namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class RunTests(CrmWorkspace workspace) : IClassFixture<CrmWorkspace>
{
    [Fact]
    public async Task A_run_gives_the_promised_document()
    {
        var result = (await workspace.Command.RunAsync("run", "lookup", "--json")).Exits(0);

        var run = result.Json();
        Assert.StartsWith("run_", run.GetProperty("run_id").GetString());
        Assert.Equal("lookup", run.GetProperty("workflow").GetString());
        Assert.Equal(64, run.GetProperty("workflow_sha256").GetString()!.Length);
        Assert.Equal("succeeded", run.GetProperty("status").GetString());
        Assert.Equal("null", run.GetProperty("error").GetRawText());
        var find = run.GetProperty("steps")[0];
        Assert.Equal("find", find.GetProperty("id").GetString());
        Assert.Equal("succeeded", find.GetProperty("status").GetString());
        Assert.Equal(1, find.GetProperty("attempts").GetInt32());
        Assert.Equal("crm/read", find.GetProperty("credential").GetString());
        Assert.NotNull(find.GetProperty("credential_version").GetString());
        Assert.True(find.GetProperty("duration_ms").GetDouble() >= 0);
        Assert.Contains("Brightwater", run.GetProperty("outputs").GetRawText());
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task A_piped_run_tells_its_events_line_by_line_and_ends_with_its_outputs()
    {
        var result = (await workspace.Command.RunAsync("run", "lookup", "--input", "customer=Brightwater")).Exits(0);

        Assert.Contains("step started find crm/find_customer with crm/read", result.Output);
        Assert.Contains("step succeeded find crm/read#v", result.Output);
        Assert.Contains("outputs", result.Output);
        Assert.DoesNotContain('\u001b', result.Output);
    }

    [Fact]
    public async Task A_run_shows_in_the_history_with_its_steps_and_events()
    {
        var id = (await workspace.Command.RunAsync("run", "lookup", "--json")).Exits(0).Json().GetProperty("run_id").GetString()!;

        var list = (await workspace.Command.RunAsync("runs", "list", "--json")).Exits(0).Json().GetProperty("runs");
        var show = (await workspace.Command.RunAsync("runs", "show", id, "--json")).Exits(0).Json();
        var events = (await workspace.Command.RunAsync("runs", "events", id, "--json")).Exits(0).JsonLines();

        Assert.Contains(list.EnumerateArray(), run => run.GetProperty("run_id").GetString() == id && run.GetProperty("status").GetString() == "succeeded");
        Assert.Equal(2, show.GetProperty("steps").GetArrayLength());
        Assert.Equal("crm/find_customer", show.GetProperty("steps")[0].GetProperty("tool").GetString());
        Assert.Equal("run_started", events[0].GetProperty("type").GetString());
        Assert.Equal("run_succeeded", events[^1].GetProperty("type").GetString());
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(e => e.GetProperty("sequence").GetInt32()));
        Assert.All(events, e => Assert.Equal(32, e.GetProperty("trace_id").GetString()!.Length));
    }

    [Fact]
    public async Task A_use_without_a_grant_is_denied_with_exit_3_and_audited_and_never_reaches_the_server()
    {
        var result = (await workspace.Command.RunAsync("run", "overreach", "--json")).Exits(3);

        var run = result.Json();
        Assert.Equal("denied", run.GetProperty("error").GetProperty("code").GetString());
        var entries = (await workspace.Command.RunAsync("audit", "list", "--run", run.GetProperty("run_id").GetString()!, "--json")).Exits(0).JsonLines();
        Assert.Equal("denied", Assert.Single(entries).GetProperty("decision").GetString());
        Assert.DoesNotContain(await workspace.Crm.CallsAsync(TestContext.Current.CancellationToken), call => call.Tool == "update_customer");
    }

    [Theory]
    [InlineData("unknown_workflow", "run", "lokup")]
    [InlineData("input_invalid", "run", "lookup", "--input", "customr=x")]
    [InlineData("input_invalid", "run", "lookup", "--input", "customer=")]
    [InlineData("bad_input_option", "run", "lookup", "--input", "customer")]
    [InlineData("file_not_found", "run", "lookup", "--input-file", "nowhere.json")]
    [InlineData("unknown_run", "runs", "show", "run_none")]
    [InlineData("unknown_server", "servers", "check", "cmr")]
    [InlineData("unknown_entry", "audit", "show", "aud_none")]
    [InlineData("bad_time", "audit", "list", "--since", "yesterday")]
    [InlineData("usage", "runs", "list", "--limit", "0")]
    [InlineData("usage", "runs", "list", "--limit", "many")]
    public async Task Wrong_input_gives_its_code_and_exit_2(string code, params string[] command)
    {
        var result = (await workspace.Command.RunAsync([.. command, "--json"])).Exits(2);

        Assert.Equal(code, result.Json().GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_step_whose_input_does_not_fit_fails_the_run_with_exit_1()
    {
        using var folder = new TestFolder();
        (await folder.Command.RunAsync("init")).Exits(0);
        folder.Write("workflows/pause.json", """{ "name": "pause", "steps": [{ "id": "wait", "type": "wait", "seconds": "{{input.seconds}}" }] }""");
        File.WriteAllText(folder.File("input.json"), """{ "seconds": "long \u001b[31m\u202e" }""");

        var result = (await folder.Command.RunAsync("run", "pause", "--input-file", "input.json", "--json")).Exits(1);

        Assert.Equal("input_invalid", result.Json().GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_check_does_not_pass_over_a_server_whose_manifest_has_a_problem()
    {
        using var folder = new TestFolder();
        (await folder.Command.RunAsync("init")).Exits(0);
        folder.Write("servers/crm.json", """{ "name": "crm", "transport": { "type": "http", "url": "http://127.0.0.1:1/mcp" }, "credentials": {}, "tool": {} }""");

        foreach (var command in new string[][] { ["servers", "check", "--json"], ["servers", "check", "crm", "--json"] })
        {
            var error = (await folder.Command.RunAsync(command)).Exits(2).Json().GetProperty("error");

            Assert.Equal("invalid_manifest", error.GetProperty("code").GetString());
            Assert.All(error.GetProperty("problems").EnumerateArray(), problem => Assert.Equal("servers/crm.json", problem.GetProperty("file").GetString()));
            Assert.NotEmpty(error.GetProperty("problems").EnumerateArray());
        }

        Assert.Contains("servers/crm.json", (await folder.Command.RunAsync("servers", "list")).Exits(0).Errors);
        Assert.Contains("servers/crm.json", (await folder.Command.RunAsync("credentials", "list")).Exits(0).Errors);
    }

    [Theory]
    [InlineData("not set")]
    [InlineData("disabled")]
    [InlineData("deleted")]
    public async Task A_credential_that_cannot_be_had_is_a_missing_dependency_for_a_run_and_for_a_check_alike(string state)
    {
        using var folder = new TestFolder();
        (await folder.Command.RunAsync("init")).Exits(0);
        CrmWorkspace.WriteFiles(folder, workspace.Crm.Port, 1);
        if (state != "not set")
        {
            (await folder.Command.RunWithAsync(SampleKeys.NewText(), "credentials", "set", "crm/read")).Exits(0);
            (await folder.Command.RunAsync(state == "disabled" ? ["credentials", "disable", "crm/read"] : ["credentials", "delete", "crm/read", "--yes"])).Exits(0);
        }

        var run = (await folder.Command.RunAsync("run", "lookup", "--json")).Exits(4).Json();

        Assert.Equal("secret_not_readable", run.GetProperty("error").GetProperty("code").GetString());
        (await folder.Command.RunAsync("servers", "check", "crm")).Exits(4);
        var doctor = (await folder.Command.RunAsync("doctor", "--json")).Exits(1).Json().GetProperty("checks").EnumerateArray();
        Assert.Contains(doctor, check => check.GetProperty("check").GetString() == "server crm/read" && check.GetProperty("fix").GetString()!.Contains("credentials set crm/read", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_that_is_printed_steers_the_terminal()
    {
        var shown = new AgentRuntime.Cli.Output.Piece("a\u001b[31mb\u202ec\u0007d").Clean;

        Assert.Equal("a [31mb c d", shown);
    }

    [Fact]
    public async Task An_input_that_holds_a_credential_is_refused_and_nothing_is_recorded()
    {
        var before = (await workspace.Command.RunAsync("runs", "list", "--json")).Exits(0).Json().GetProperty("runs").GetArrayLength();

        var result = (await workspace.Command.RunAsync("run", "lookup", "--input", "customer=" + workspace.Keys["crm/write"], "--json")).Exits(2);

        Assert.Equal("input_holds_credential", result.Json().GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(before, (await workspace.Command.RunAsync("runs", "list", "--json")).Exits(0).Json().GetProperty("runs").GetArrayLength());
    }

    [Fact]
    public async Task An_input_file_is_read_and_a_wrong_one_is_not_quoted()
    {
        workspace.Folder.Write("in.json", """{ "customer": "Brightwater" }""");
        workspace.Folder.Write("wrong.json", "{ \"customer\": hush-hush }");

        (await workspace.Command.RunAsync("run", "lookup", "--input-file", "in.json")).Exits(0);
        var wrong = (await workspace.Command.RunAsync("run", "lookup", "--input-file", "wrong.json")).Exits(2);

        Assert.DoesNotContain("hush", wrong.Errors);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_cancels_the_run_with_exit_130_and_every_use_has_its_outcome(string signal)
    {
        // Also where the tests themselves were started with the signal ignored, as in the background of a shell.
        using var process = (workspace.Command with { Program = "env" }).Start("--default-signal=INT", BuiltCommand.Path, "run", "slow");
        process.StandardInput.Close();
        var (run, read) = await ReadUntilAsync(process, "pause");

        CliProcess.Signal(process, signal);
        (await CliProcess.EndAsync(process, read)).Exits(130);

        var show = (await workspace.Command.RunAsync("runs", "show", "latest", "--json")).Exits(0).Json();
        Assert.Equal("slow", show.GetProperty("workflow").GetString());
        Assert.Equal("cancelled", show.GetProperty("status").GetString());
        var entries = (await workspace.Command.RunAsync("audit", "list", "--run", show.GetProperty("run_id").GetString()!, "--json")).Exits(0).JsonLines();
        Assert.Equal(["intent", "outcome"], entries.Select(entry => entry.GetProperty("phase").GetString()));
        Assert.True(run);
    }

    [Theory]
    [InlineData("exec \"$0\" \"$@\" > /dev/full", 4, "version")]
    [InlineData("exec \"$0\" \"$@\" > /dev/full", 4, "version", "--json")]
    [InlineData("exec \"$0\" \"$@\" > /dev/full", 4, "run", "lookup")]
    [InlineData("exec \"$0\" \"$@\" > /dev/full", 4, "run", "lookup", "--json")]
    [InlineData("exec \"$0\" \"$@\" 2> /dev/full", 2, "runn")]
    [InlineData("exec \"$0\" \"$@\" > /dev/full", 2, "runn", "--json")]
    public async Task Output_that_cannot_be_written_gives_an_exit_code_and_a_run_its_recorded_end(string shell, int exit, params string[] command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The device that is always full is one of Linux.");
        var sh = workspace.Command with { Program = "/bin/sh" };

        (await sh.RunAsync(["-c", shell, BuiltCommand.Path, .. command])).Exits(exit);

        if (command[0] == "run")
        {
            var show = (await workspace.Command.RunAsync("runs", "show", "latest", "--json")).Exits(0).Json();
            Assert.Equal("succeeded", show.GetProperty("status").GetString());
            var entries = (await workspace.Command.RunAsync("audit", "list", "--run", "latest", "--json")).Exits(0).JsonLines();
            Assert.Equal(["intent", "outcome"], entries.Select(entry => entry.GetProperty("phase").GetString()));
        }
    }

    [Fact]
    public async Task A_killed_run_is_shown_as_interrupted_with_each_step_as_it_was()
    {
        using var process = workspace.Command.Start("run", "slow");
        process.StandardInput.Close();
        await ReadUntilAsync(process, "pause");

        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        var show = (await workspace.Command.RunAsync("runs", "show", "latest", "--json")).Exits(0).Json();
        Assert.Equal("interrupted", show.GetProperty("status").GetString());
        Assert.Equal(["succeeded", "interrupted"], show.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("status").GetString()));
        var list = (await workspace.Command.RunAsync("runs", "list", "--json")).Exits(0).Json().GetProperty("runs")[0];
        Assert.Equal("interrupted", list.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Servers_are_listed_and_checked_with_the_real_credentials_and_the_use_is_audited()
    {
        var checks = (await workspace.Command.RunAsync("servers", "check", "crm", "--json")).Exits(0).Json().GetProperty("checks");

        Assert.Equal(["read", "write"], checks.EnumerateArray().Select(check => check.GetProperty("scope").GetString()));
        Assert.All(checks.EnumerateArray(), check => Assert.Empty(check.GetProperty("missing").EnumerateArray()));
        var entries = (await workspace.Command.RunAsync("audit", "list", "--workflow", "servers-check", "--json")).Exits(0).JsonLines();
        Assert.Contains(entries, entry => entry.GetProperty("phase").GetString() == "outcome" && entry.GetProperty("result").GetString() == "succeeded");
        Assert.Contains("crm", (await workspace.Command.RunAsync("servers", "list")).Exits(0).Output);
    }

    [Fact]
    public async Task Nothing_that_a_command_prints_or_writes_holds_a_key()
    {
        var said = new List<CliResult>();
        foreach (var command in (string[][])[
            ["run", "lookup", "--verbose"], ["run", "overreach"], ["runs", "show", "latest", "--json"], ["runs", "events", "latest", "--json"],
            ["audit", "list"], ["audit", "export", "--format", "jsonl"], ["credentials", "list"], ["credentials", "show", "crm/read"], ["servers", "check", "--verbose"], ["doctor", "--verbose"]])
        {
            said.Add(await workspace.Command.RunAsync(command));
        }

        var detector = new LeakDetector(workspace.Keys.Select(key => (key.Key, key.Value)));
        Assert.All(said, result => Assert.Empty(detector.Search(result.Output + result.Errors)));
        var tree = detector.SearchTree(workspace.Folder.Root);
        Assert.Empty(tree.Leaks);
        Assert.True(tree.Files > 5);
    }

    private static async Task<(bool Seen, string Read)> ReadUntilAsync(Process process, string text)
    {
        var read = new System.Text.StringBuilder();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            read.AppendLine(line);
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return (true, read.ToString());
            }
        }

        Assert.Fail($"The command ended before it said '{text}':\n{read}\n{await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
        return (false, string.Empty);
    }
}
