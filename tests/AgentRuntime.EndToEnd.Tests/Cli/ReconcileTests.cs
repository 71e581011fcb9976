using System.IO.Compression;
using System.Text;
using System.Text.Json;
using AgentRuntime.TestKit.Cli;

namespace AgentRuntime.EndToEnd.Tests.Cli;

/// <summary>A run with the embedded store, and the log of a vault that says that the run's reads were made there: the id of the request joins the two.</summary>
public sealed class ReconcileTests(CrmWorkspace workspace) : IClassFixture<CrmWorkspace>, IDisposable
{
    private readonly TestFolder _logs = new();

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task A_log_that_has_only_the_reads_of_the_run_is_explained()
    {
        var use = await RunAsync();
        var log = await LogAsync("vault.jsonl", Read(use), Line("c-1", "sys/health", "\"data\":{}"));

        var found = (await workspace.Command.RunAsync("audit", "reconcile", "--vault-audit", log, "--json")).Exits(0).Json();

        Assert.True(found.GetProperty("explained").GetBoolean());
        Assert.True(found.GetProperty("audit_chain_whole").GetBoolean());
        var matched = Assert.Single(found.GetProperty("matched").EnumerateArray());
        Assert.Equal("request_id", matched.GetProperty("by").GetString());
        Assert.Equal(("lookup", "find", "crm/read", "1", "succeeded"), (Text(matched, "use", "workflow"), Text(matched, "use", "step_id"), Text(matched, "use", "credential"), Text(matched, "use", "credential_version"), Text(matched, "use", "result")));
        Assert.Equal(use.GetProperty("id").GetString(), Text(matched, "use", "outcome"));
        Assert.Equal(("198.51.100.7", "read"), (Text(matched, "read", "address"), Text(matched, "read", "answer")));
        var text = (await workspace.Command.RunAsync("audit", "reconcile", "--vault-audit", log)).Exits(0).Output;
        Assert.Contains("every read is explained", text);
        Assert.Matches(@"crm/read#v1 +lookup +find +crm/find_customer +succeeded", text);
    }

    [Fact]
    public async Task A_read_that_no_run_made_exits_5_and_is_told_with_who_when_from_where_and_which_path()
    {
        var log = await LogAsync("vault.jsonl", Read(await RunAsync()), Line("c-2", "secret/data/agentruntime/crm/read", "\"data\":{\"data\":{\"value\":\"hmac-sha256:00\"}}", who: "maria\\u001b[2J\\u202e"));

        var result = (await workspace.Command.RunAsync("audit", "reconcile", "--vault-audit", log)).Exits(5);

        Assert.Matches(@"2026-03-01 12:00:00Z +crm/read +maria \[2J +198\.51\.100\.7 +read +Nothing in the log of the runtime names this request\. +vault\.jsonl:2", result.Output);
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.DoesNotContain('\u202e', result.Output);
        var found = (await workspace.Command.RunAsync("audit", "reconcile", "--vault-audit", log, "--json")).Exits(5).Json();
        var unexplained = Assert.Single(found.GetProperty("unexplained").EnumerateArray());
        Assert.Equal(("not_recorded", "secret/data/agentruntime/crm/read"), (unexplained.GetProperty("reason").GetString(), Text(unexplained, "read", "path")));
        Assert.Equal(2, unexplained.GetProperty("read").GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task The_window_the_folder_and_more_paths_can_be_chosen()
    {
        var log = await LogAsync("vault.jsonl", Line("c-3", "kv/data/team/crm/read", "\"data\":{\"data\":{}}"), Line("c-4", "database/creds/reporting", "\"data\":{\"username\":\"hmac-sha256:00\"}"));

        (await workspace.Command.RunAsync("audit", "reconcile", "--vault-audit", log)).Exits(0);
        (await workspace.Command.RunAsync("audit", "reconcile", "--vault-audit", log, "--mount", "kv", "--prefix", "team")).Exits(5);
        (await workspace.Command.RunAsync("audit", "reconcile", "--vault-audit", log, "--path", "database/creds/reporting")).Exits(5);
        (await workspace.Command.RunAsync("audit", "reconcile", "--vault-audit", log, "--mount", "kv", "--prefix", "team", "--since", "2026-03-01T12:00:01Z")).Exits(0);
        (await workspace.Command.RunAsync("audit", "reconcile", "--vault-audit", log, "--mount", "kv", "--prefix", "team", "--until", "2026-03-01T12:00:00Z")).Exits(0);
    }

    [Fact]
    public async Task A_compressed_log_and_rotated_files_are_read_like_one()
    {
        var use = await RunAsync();
        var first = _logs.File("vault.1.gz");
        await using (var file = File.Create(first))
        {
            await using var zip = new GZipStream(file, CompressionLevel.Fastest);
            await zip.WriteAsync(Encoding.UTF8.GetBytes(Read(use) + "\n"), TestContext.Current.CancellationToken);
        }

        var second = await LogAsync("vault.jsonl", Read(use));

        (await workspace.Command.RunAsync("audit", "reconcile", "--vault-audit", first)).Exits(0);
        var found = (await workspace.Command.RunAsync("audit", "reconcile", "--vault-audit", first, "--vault-audit", second, "--json")).Exits(5).Json();
        Assert.Equal("duplicate", found.GetProperty("unexplained")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_last_line_that_is_being_written_is_left_out_with_a_warning()
    {
        var log = await LogAsync("vault.jsonl", Read(await RunAsync()));
        await File.AppendAllTextAsync(log, "{\"time\":\"2026", TestContext.Current.CancellationToken);

        Assert.Contains("ends in the middle of line 2", (await workspace.Command.RunAsync("audit", "reconcile", "--vault-audit", log)).Exits(0).Output);
        var logs = (await workspace.Command.RunAsync("audit", "reconcile", "--vault-audit", log, "--json")).Exits(0).Json().GetProperty("logs");
        Assert.Equal(2, logs[0].GetProperty("cut_off")[0].GetProperty("line").GetInt32());
    }

    [Theory]
    [InlineData("--vault-audit", "hush, not json\n", "log_not_json")]
    [InlineData("--vault-audit", "{\"hush\":1}\n", "log_wrong_format")]
    [InlineData("--vault-audit", "", "log_empty")]
    [InlineData("--cloudtrail", "{\"Records\":[{\"hush\":", "log_truncated")]
    [InlineData("--cloudtrail", "{\"Records\":[]}", "log_empty")]
    [InlineData("--azure-log", "{\"records\":[{\"hush\":1}]}", "log_wrong_format")]
    [InlineData("--azure-log", "\u001f\u008bhush", "log_damaged")]
    public async Task A_bad_file_exits_2_with_its_name_and_quotes_nothing(string option, string text, string code)
    {
        var log = _logs.File("bad.log");
        await File.WriteAllBytesAsync(log, Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);

        var result = (await workspace.Command.RunAsync("audit", "reconcile", option, log, "--verbose", "--json")).Exits(2);

        var error = result.Json().GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Contains(log, error.GetProperty("message").GetString());
        Assert.DoesNotContain("hush", result.Output + result.Errors);
    }

    [Theory]
    [InlineData("no_log")]
    [InlineData("bad_tolerance", "--vault-audit", "x", "--tolerance", "-1")]
    [InlineData("bad_window", "--vault-audit", "x", "--since", "2026-03-02", "--until", "2026-03-01")]
    [InlineData("bad_time", "--vault-audit", "x", "--until", "tomorrow")]
    [InlineData("file_not_found", "--vault-audit", "nowhere.jsonl")]
    [InlineData("file_denied", "--vault-audit", ".")]
    public async Task Wrong_options_exit_2(string code, params string[] options)
    {
        var result = (await workspace.Command.RunAsync(["audit", "reconcile", .. options, "--json"])).Exits(2);

        Assert.Equal(code, result.Json().GetProperty("error").GetProperty("code").GetString());
    }

    private async Task<JsonElement> RunAsync()
    {
        var run = (await workspace.Command.RunAsync("run", "lookup", "--json")).Exits(0).Json().GetProperty("run_id").GetString()!;
        return (await workspace.Command.RunAsync("audit", "list", "--run", run, "--json")).Exits(0).JsonLines()[1];
    }

    private async Task<string> LogAsync(string name, params string[] lines)
    {
        var path = _logs.File(name);
        await File.WriteAllTextAsync(path, string.Join('\n', lines) + "\n", TestContext.Current.CancellationToken);
        return path;
    }

    private static string Read(JsonElement use) =>
        Line(use.GetProperty("store_request_id").GetString()!, "secret/data/agentruntime/crm/read", "\"data\":{\"data\":{\"value\":\"hmac-sha256:00\"}}", use.GetProperty("time").GetString()!);

    private static string Line(string id, string path, string response, string time = "2026-03-01T12:00:00.123456789Z", string who = "token-agentruntime") =>
        $$$"""{"time":"{{{time}}}","type":"response","auth":{"display_name":"{{{who}}}","token_type":"service"},"request":{"id":"{{{id}}}","operation":"read","path":"{{{path}}}","remote_address":"198.51.100.7"},"response":{"mount_type":"kv",{{{response}}}}}""";

    private static string? Text(JsonElement element, string part, string name) => element.GetProperty(part).GetProperty(name).GetString();
}
