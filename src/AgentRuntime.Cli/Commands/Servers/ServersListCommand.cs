using System.CommandLine;
using System.Globalization;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;
using AgentRuntime.Credentials;
using AgentRuntime.Workflows;

namespace AgentRuntime.Cli.Commands.Servers;

/// <summary><c>agentruntime servers list</c>.</summary>
internal static class ServersListCommand
{
    public static Command Create(ProcessHost process) =>
        new Command("list", "List servers, their scopes and their tools").Does(process, async (context, cancellationToken) =>
        {
            await using var workspace = context.OpenToList();
            var servers = workspace.Workspace.Servers.Values.OrderBy(server => server.Name.Value, StringComparer.Ordinal).ToList();
            context.Output.Show(json => WriteJson(json, servers, workspace.Warnings), text => WriteText(text, servers, workspace.Warnings));
            return ExitCode.Success;
        });

    /// <summary>Where a server is: its address or its command. Neither can hold a credential.</summary>
    public static string PlaceOf(ServerManifest server) => server.Transport switch
    {
        ServerTransport.Http http => http.Url.AbsoluteUri,
        ServerTransport.Stdio stdio => string.Join(' ', stdio.Arguments.Prepend(stdio.Command)),
        _ => "-",
    };

    private static void WriteJson(System.Text.Json.Utf8JsonWriter json, List<ServerManifest> servers, IReadOnlyList<Problem> warnings)
    {
        json.WriteStartObject();
        json.WriteStartArray("servers");
        foreach (var server in servers)
        {
            json.WriteStartObject();
            json.WriteString("name", server.Name.Value);
            json.WriteString("transport", server.Transport is ServerTransport.Http ? "http" : "stdio");
            json.WriteString("place", PlaceOf(server));
            json.WriteStartObject("scopes");
            foreach (var scope in server.Credentials.Keys.OrderBy(scope => scope.Value, StringComparer.Ordinal))
            {
                json.WriteString(scope.Value, server.CredentialFor(scope).ToString());
            }

            json.WriteEndObject();
            json.WriteStartObject("tools");
            foreach (var (tool, spec) in server.Tools.OrderBy(pair => pair.Key.Value, StringComparer.Ordinal))
            {
                json.WriteString(tool.Value, spec.Scope?.Value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        ProblemsView.WriteJson(json, warnings, "warnings");
        json.WriteEndObject();
    }

    private static void WriteText(ITextOutput text, List<ServerManifest> servers, IReadOnlyList<Problem> warnings)
    {
        if (servers.Count == 0)
        {
            text.Line("There are no servers. Describe one in servers/NAME.json; 'agentruntime schema server' shows the form.");
            return;
        }

        var table = new TextTable("server", "place", "scopes", "tools");
        foreach (var server in servers)
        {
            var scopes = server.Credentials.Keys.OrderBy(scope => scope.Value, StringComparer.Ordinal)
                .Select(scope => server.CredentialFor(scope) is var credential && credential.Server == server.Name ? scope.Value : $"{scope} (shared: {credential})");
            table.Add(server.Name.Value, PlaceOf(server), string.Join(", ", scopes), server.Tools.Count.ToString(CultureInfo.InvariantCulture));
        }

        text.Table(table);
        ProblemsView.WriteText(text, warnings, Tone.Warn);
    }
}
