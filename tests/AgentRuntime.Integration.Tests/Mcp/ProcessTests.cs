using System.Diagnostics;
using AgentRuntime.Mcp.Client;
using AgentRuntime.Mcp.Processes;
using AgentRuntime.TestKit.Mcp;
using AgentRuntime.Tools;

namespace AgentRuntime.Integration.Tests.Mcp;

public sealed class ProcessTests : McpFixture
{
    private static readonly Credentials.CredentialSpec Key = TestLease.Environment("HOSTILE_KEY");

    [Fact]
    public async Task Ends_descendants_that_ignore_being_asked_together_with_the_server()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Process groups are started on Linux.");
        var manifest = Hostile(null, ["fork_sleeper", "process"], ["--ignore-end"]);
        var child = Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "fork_sleeper"), Ct)).GetProperty("child").GetInt32();
        var server = Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "process"), Ct)).GetProperty("pid").GetInt32();
        Assert.True(IsRunning(child));
        await Caller.DisposeAsync();
        await EndAsync(server);
        await EndAsync(child);
    }

    [Fact]
    public async Task Ends_descendants_of_a_server_that_ended_by_itself()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Process groups are started on Linux.");
        var manifest = Hostile(null, ["fork_sleeper", "crash"]);
        var child = Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "fork_sleeper"), Ct)).GetProperty("child").GetInt32();
        Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(manifest, "crash"), Ct));
        await Caller.DisposeAsync();
        await EndAsync(child);
    }

    [Fact]
    public async Task Leads_its_own_process_group()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Process groups are started on Linux.");
        var pid = Unscrubbed.Result(await Caller.CallAsync(Call(Hostile(null, ["process"]), "process"), Ct)).GetProperty("pid").GetInt32();
        var fields = (await File.ReadAllTextAsync($"/proc/{pid}/stat", Ct)).Split(") ")[1].Split(' ');
        Assert.Equal((pid.ToString(), pid.ToString()), (fields[2], fields[3]));
    }

    [Fact]
    public async Task Says_that_a_crash_in_the_middle_may_have_had_an_effect_and_starts_anew_for_the_next_call()
    {
        var manifest = Hostile(null, ["crash", "process"]);
        var failed = Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(manifest, "crash"), Ct));
        Assert.Equal((ToolFailureKind.ConnectionLost, true), (failed.Kind, failed.EffectPossible));
        Assert.Contains("exit code 7", Unscrubbed.Text(failed.Message), StringComparison.Ordinal);
        Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "process"), Ct));
    }

    [Fact]
    public async Task Takes_a_process_that_exits_over_its_password_for_a_rejected_credential()
    {
        await using var lease = Lease(NewValue());
        var failed = Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(Hostile(Key, ["process"], ["--exit-auth"]), "process", lease), Ct));
        Assert.Equal((ToolFailureKind.CredentialRejected, false), (failed.Kind, failed.EffectPossible));
        Assert.Contains("password authentication failed", Unscrubbed.Text(failed.Message), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_the_credential_out_of_the_log_and_of_messages_when_a_process_prints_it()
    {
        var value = NewValue();
        await using var lease = Lease(value);
        var manifest = Hostile(Key, ["echo_stderr", "flood_stderr", "echo_exception"], ["--stderr-at-start"]);
        Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "echo_stderr", lease), Ct));
        var failed = Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(manifest, "echo_exception", lease), Ct));
        var message = Unscrubbed.Text(failed.Message);
        Assert.Contains("could not connect with [redacted:hostile/read#v1]", message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, message, StringComparison.Ordinal);
        Assert.Contains("[redacted:hostile/read#v1]", Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(value, Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bounds_and_scrubs_a_flood_of_error_output()
    {
        var value = NewValue();
        await using var lease = Lease(value);
        var manifest = Hostile(Key, ["flood_stderr", "crash"]);
        Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "flood_stderr", lease, new { lines = 3000 }), Ct));
        while (!Log.Text.Contains("the rest is not logged", StringComparison.Ordinal))
        {
            Ct.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        var failed = Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(manifest, "crash", lease), Ct));
        Assert.True(Unscrubbed.Text(failed.Message).Length < 4000);
        Assert.DoesNotContain(value, Unscrubbed.Text(failed.Message), StringComparison.Ordinal);
        Assert.DoesNotContain(value, Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NODE_OPTIONS")]
    [InlineData("LD_PRELOAD")]
    [InlineData("DYLD_INSERT_LIBRARIES")]
    [InlineData("PYTHONSTARTUP")]
    [InlineData("BASH_ENV")]
    public async Task Refuses_variables_that_make_a_program_run_other_code(string name)
    {
        var manifest = Hostile(null, ["process"], environment: new Dictionary<string, string> { [name] = "x" });
        var failed = Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(manifest, "process"), Ct));
        Assert.Equal((ToolFailureKind.Unavailable, false), (failed.Kind, failed.EffectPossible));
        var spec = TestLease.Environment(name);
        await using var lease = TestLease.Of("hostile/read", "value-1", spec);
        failed = Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(Hostile(spec, ["process"]), "process", lease), Ct));
        Assert.Contains(name, Unscrubbed.Text(failed.Message), StringComparison.Ordinal);
        Assert.DoesNotContain("value-1", Unscrubbed.Text(failed.Message), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Never_takes_a_program_from_the_working_directory()
    {
        var folder = Directory.CreateTempSubdirectory();
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "surprise"), "#!/bin/sh\nexit 0\n", Ct);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(folder.FullName, "surprise"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Assert.Null(ProgramFinder.Find("surprise", "/usr/bin:.::relative", folder.FullName));
        Assert.NotNull(ProgramFinder.Find("./surprise", "/usr/bin", folder.FullName));
        var manifest = Manifest("hostile", new Credentials.ServerTransport.Stdio("surprise", [], folder.FullName, new Dictionary<string, string>()), null, "process");
        var failed = Assert.IsType<ToolOutcome.Failed>(await Caller.CallAsync(Call(manifest, "process"), Ct));
        Assert.Equal(ToolFailureKind.Unavailable, failed.Kind);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Passes_a_credential_as_an_argument_of_that_one_process()
    {
        var spec = TestLease.Argument("--url=redis://:{value}@127.0.0.1");
        await using var lease = TestLease.Of("hostile/read", "value-2", spec);
        var arguments = Unscrubbed.Result(await Caller.CallAsync(Call(Hostile(spec, ["argv"], ["--first"]), "argv", lease), Ct));
        Assert.Equal(["--first", "--url=redis://:value-2@127.0.0.1"], arguments.EnumerateArray().Select(argument => argument.GetString()));
    }

    [Fact]
    public async Task Starts_a_new_process_for_a_new_version_while_the_old_one_finishes_its_call()
    {
        var manifest = Hostile(Key, ["slow", "echo_raw"]);
        await using var first = TestLease.Of("hostile/read", "old-value", Key, "1");
        Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "echo_raw", first), Ct));
        var slow = Caller.CallAsync(Call(manifest, "slow", first, new { ms = 500 }), Ct).AsTask();
        await using var second = TestLease.Of("hostile/read", "new-value", Key, "2");
        var text = Unscrubbed.Result(await Caller.CallAsync(Call(manifest, "echo_raw", second), Ct)).GetString();
        Assert.Contains("new-value", text, StringComparison.Ordinal);
        Assert.Equal("late", Unscrubbed.Result(await slow).GetString());
        Assert.Equal(1, Caller.OpenSessions);
    }

    private static bool IsRunning(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1][0] is not ('Z' or 'X');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task EndAsync(int pid)
    {
        while (IsRunning(pid))
        {
            Ct.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private Credentials.Lease Lease(string value)
    {
        var material = TestLease.Material("hostile/read", "1", (Secrets.SecretMaterial.ValueField, value));
        Scrubber.Register(material);
        return TestLease.Of(material, Key);
    }
}
