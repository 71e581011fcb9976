using System.Diagnostics;
using System.Globalization;
using AgentRuntime.TestKit.Cli;

namespace AgentRuntime.EndToEnd.Tests.Cli;

/// <summary>What a person at a terminal sees and can do.</summary>
public sealed class TerminalTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_pasted_at_the_very_moment_of_the_prompt_is_not_shown_and_is_stored()
    {
        await PrepareAsync();

        for (var version = 1; version <= 4; version++)
        {
            var value = SampleKeys.NewText();
            using var terminal = TerminalSession.Start(_folder.Command, "credentials", "set", "crm/read");
            await terminal.ReadUntilAsync("Value of crm/read: ");
            await terminal.TypeAsync(value + "\r");

            var result = (await terminal.EndAsync()).Exits(0);

            Assert.DoesNotContain(value[..8], result.Output);
            Assert.DoesNotContain(value[^8..], result.Output);
            Assert.Contains($"version {version}", result.Output);
        }
    }

    [Fact]
    public async Task Each_field_is_asked_for_and_none_is_shown()
    {
        await PrepareAsync();
        var user = SampleKeys.NewText();
        var password = SampleKeys.NewText();
        using var terminal = TerminalSession.Start(_folder.Command, "credentials", "set", "email/send");

        await terminal.ReadUntilAsync("username of email/send: ");
        await terminal.TypeAsync(user + "\r");
        await terminal.ReadUntilAsync("password of email/send: ");
        await terminal.TypeAsync(password[..10]);
        await terminal.TypeAsync(password[10..] + "\r");
        var result = (await terminal.EndAsync()).Exits(0);

        Assert.DoesNotContain(user[..8], result.Output);
        Assert.DoesNotContain(password[..8], result.Output);
        Assert.DoesNotContain(password[^8..], result.Output);
        Assert.Contains("Stored", result.Output);
    }

    [Fact]
    public async Task One_Ctrl_C_at_the_hidden_prompt_ends_the_command_and_stores_nothing()
    {
        await PrepareAsync();
        using var terminal = TerminalSession.Start(_folder.Command, "credentials", "set", "crm/read");
        await terminal.ReadUntilAsync("Value of crm/read: ");
        await terminal.TypeAsync("half of a val");

        await terminal.InterruptAsync();
        var result = (await terminal.EndAsync()).Exits(130);

        Assert.DoesNotContain("half", result.Output);
        Assert.False(File.Exists(_folder.File(".agentruntime/secrets.db")));
    }

    [Fact]
    public async Task One_Ctrl_C_at_a_question_ends_the_command_and_deletes_nothing()
    {
        await PrepareAsync();
        (await _folder.Command.RunWithAsync(SampleKeys.NewText(), "credentials", "set", "crm/read")).Exits(0);
        using var terminal = TerminalSession.Start(_folder.Command, "credentials", "delete", "crm/read");
        await terminal.ReadUntilAsync("[y/N]");

        await terminal.InterruptAsync();
        (await terminal.EndAsync()).Exits(130);

        Assert.Equal("1", (await _folder.Command.RunAsync("credentials", "show", "crm/read", "--json")).Exits(0).Json().GetProperty("current_version").GetString());
    }

    [Fact]
    public async Task A_passphrase_is_asked_for_twice_and_not_shown()
    {
        await PrepareAsync();
        var settings = await File.ReadAllTextAsync(_folder.File("agentruntime.json"), TestContext.Current.CancellationToken);
        _folder.Write("agentruntime.json", settings.Replace("\"user_file\"", "\"passphrase\"", StringComparison.Ordinal));
        var passphrase = SampleKeys.NewText();
        using var terminal = TerminalSession.Start(_folder.Command, "credentials", "list");

        await terminal.ReadUntilAsync("new secret store: ");
        await terminal.TypeAsync(passphrase + "\r");
        await terminal.ReadUntilAsync("once more: ");
        await terminal.TypeAsync(passphrase + "\r");
        var result = (await terminal.EndAsync()).Exits(0);

        Assert.DoesNotContain(passphrase[..8], result.Output);
    }

    [Fact]
    public async Task A_second_Ctrl_C_ends_the_command_at_once_while_the_first_still_waits_for_a_server()
    {
        await PrepareAsync();
        (await _folder.Command.RunWithAsync(SampleKeys.NewText(), "credentials", "set", "stubborn/use")).Exits(0);
        using var terminal = TerminalSession.Start(_folder.Command, "run", "stay", "--verbose");
        await terminal.ReadUntilAsync("called.");

        await terminal.InterruptAsync();
        await terminal.ReadUntilAsync("cancelled.");
        await terminal.InterruptAsync();
        (await terminal.EndAsync()).Exits(130);

        // The command waits for its servers, and this one has to be ended by force: it is still there when nobody waited.
        using var server = Process.GetProcessById(int.Parse(File.ReadAllText(_folder.File("servers/pid")), CultureInfo.InvariantCulture));
        Assert.False(server.HasExited);
        server.Kill();
        var entries = (await _folder.Command.RunAsync("audit", "list", "--run", "latest", "--json")).Exits(0).JsonLines();
        Assert.Equal("intent", entries[0].GetProperty("phase").GetString());
    }

    /// <summary>A server that answers no call, says when one is cancelled, and does not end when it is asked to.</summary>
    private void WriteStubbornServer()
    {
        _folder.Write("servers/stubborn.mjs", """
            import { createInterface } from "node:readline";
            import { writeFileSync } from "node:fs";
            writeFileSync("pid", String(process.pid));
            process.on("SIGTERM", () => {});
            setInterval(() => {}, 60_000);
            // The scrubber holds back the newest bytes of a stream, so something follows what is to be seen.
            const say = (text) => process.stderr.write(`${text}\n${".".repeat(1000)}\n`);
            const answer = (id, result) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);
            createInterface({ input: process.stdin }).on("line", (line) => {
              const { id, method, params } = JSON.parse(line);
              if (method === "initialize") {
                answer(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "stubborn", version: "1" } });
              } else if (method === "tools/call") {
                say("called.");
              } else if (method === "notifications/cancelled") {
                say("cancelled.");
              } else if (id !== undefined) {
                process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32601, message: "no such method" } })}\n`);
              }
            });
            """);
        _folder.Write("servers/stubborn.json", """
            {
              "name": "stubborn",
              "transport": { "type": "stdio", "command": "node", "args": ["stubborn.mjs"], "cwd": "servers" },
              "credentials": { "use": { "type": "api_key", "env": "STUBBORN_KEY" } },
              "tools": { "stay": { "scope": "use" } }
            }
            """);
        _folder.Write("grants.json", """{ "grants": [{ "workflow": "stay", "server": "stubborn", "scopes": ["use"] }] }""");
        _folder.Write("workflows/stay.json", """{ "name": "stay", "steps": [{ "id": "stay", "type": "mcp_call", "server": "stubborn", "tool_name": "stay", "tool_args": {} }] }""");
    }

    private async Task PrepareAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The pseudo-terminal comes from 'script' of util-linux.");
        (await _folder.Command.RunAsync("init")).Exits(0);
        CrmWorkspace.WriteFiles(_folder, 1, 1);
        WriteStubbornServer();
    }
}
