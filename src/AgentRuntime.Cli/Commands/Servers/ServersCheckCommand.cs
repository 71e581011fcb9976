using System.CommandLine;
using AgentRuntime.Cli.Checks;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;
using AgentRuntime.Cli.Views;
using AgentRuntime.Credentials;
using AgentRuntime.Names;

namespace AgentRuntime.Cli.Commands.Servers;

/// <summary><c>agentruntime servers check [NAME]</c>.</summary>
internal static class ServersCheckCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public static Command Create(ProcessHost process)
    {
        var name = new Argument<string?>("name") { HelpName = "NAME", Description = "Only this server", Arity = ArgumentArity.ZeroOrOne };
        return new Command("check", "Connect with the real credentials, list the tools, compare them with the manifest; every use is audited") { name }.Does(process, async (context, cancellationToken) =>
        {
            await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
            RequireManifests(workspace, context.Arguments.GetValue(name));
            await workspace.SeedScrubberAsync(cancellationToken);
            var check = new ServerCheck(workspace, process);
            var findings = new List<ServerFinding>();
            foreach (var server in Chosen(workspace, context.Arguments.GetValue(name)))
            {
                findings.AddRange(await check.CheckAsync(server, Patience, cancellationToken));
            }

            context.Output.Show(json => WriteJson(json, findings), text => WriteText(text, findings));
            return findings.FirstOrDefault(finding => finding.Failure is not null) is { } failed
                ? failed.Exit
                : findings.Any(finding => finding.Status == "fail") ? ExitCode.Failed : ExitCode.Success;
        });
    }

    // A server whose manifest was left out was not checked, which must not look like a check without findings.
    private static void RequireManifests(WorkspaceHost workspace, string? name)
    {
        var problems = workspace.Problems.Where(problem => name is null ? problem.File.StartsWith("servers/", StringComparison.Ordinal) : problem.File == $"servers/{name}.json").ToList();
        if (problems.Count > 0)
        {
            throw new CliException(new CliError(ExitCode.BadInput, "invalid_manifest", "Nothing was checked, because a manifest has problems.", "Mend them and check with 'agentruntime validate'.") { Problems = problems });
        }
    }

    private static IEnumerable<ServerManifest> Chosen(WorkspaceHost workspace, string? name)
    {
        var servers = workspace.Workspace.Servers;
        if (name is null)
        {
            return servers.Values.OrderBy(server => server.Name.Value, StringComparer.Ordinal);
        }

        return Name.IsValid(name) && servers.TryGetValue(new ServerName(name), out var server)
            ? [server]
            : throw new CliException(ExitCode.BadInput, "unknown_server", "There is no server of that name.", Suggestion.Hint(name, [.. servers.Keys.Select(key => key.Value)], "servers"));
    }

    private static void WriteJson(System.Text.Json.Utf8JsonWriter json, List<ServerFinding> findings)
    {
        json.WriteStartObject();
        json.WriteStartArray("checks");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("server", finding.Server);
            json.WriteString("scope", finding.Scope);
            json.WriteString("credential", finding.Credential);
            json.WriteString("status", finding.Status);
            json.WriteString("protocol_version", finding.ProtocolVersion);
            JsonParts.Strings(json, "missing", finding.Missing);
            JsonParts.Strings(json, "new", finding.New);
            JsonParts.Strings(json, "changed", finding.Changed);
            JsonParts.Strings(json, "safe_to_repeat", finding.SafeToRepeat);
            json.WriteString("failure", finding.Failure);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteText(ITextOutput text, List<ServerFinding> findings)
    {
        var table = new TextTable("server", "credential", "status", "protocol", "what");
        foreach (var finding in findings)
        {
            table.Add(finding.Server, finding.Credential ?? "none", StatusText.Of(finding.Status), finding.ProtocolVersion ?? "-", What(finding));
        }

        text.Table(table);
    }

    private static string What(ServerFinding finding) => finding.Failure ?? string.Join(
        "; ",
        new[] { ("missing", finding.Missing), ("new, not callable", finding.New), ("changed since the last check", finding.Changed), ("safe to repeat by the server's word, so consider \"idempotent\": true", finding.SafeToRepeat) }
            .Where(group => group.Item2.Count > 0)
            .Select(group => $"{group.Item1}: {string.Join(", ", group.Item2)}")
            .DefaultIfEmpty("as in the manifest"));
}
