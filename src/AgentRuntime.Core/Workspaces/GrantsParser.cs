using AgentRuntime.Credentials;
using AgentRuntime.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows;

namespace AgentRuntime.Workspaces;

/// <summary>Reads <c>grants.json</c>. Stateless; thread-safe.</summary>
public static class GrantsParser
{
    /// <summary>Reads the grants, or finds everything that is wrong with them.</summary>
    /// <param name="file">The file, as problems name it.</param>
    /// <param name="utf8">Its bytes.</param>
    /// <param name="known">What grants may name; <c>null</c> leaves that unchecked.</param>
    public static Checked<GrantSet> Parse(string file, ReadOnlyMemory<byte> utf8, GrantTargets? known = null)
    {
        var problems = new List<Problem>();
        if (JsonSource.Parse(file, utf8, JsonDialect.Relaxed, problems) is not { } source
            || ObjectReader.TryOpen(source, source.Root, string.Empty, "A grants file", problems) is not { } reader)
        {
            return new Checked<GrantSet>(null, problems);
        }

        reader.OptionalString("$schema");
        var grants = new List<Grant>();
        var seen = new HashSet<(string Workflow, string Server, string Scope)>();
        foreach (var (item, pointer) in reader.RequiredArray("grants") ?? [])
        {
            if (reader.TryOpenMember(item, pointer, "A grant") is { } member && ReadGrant(member, known, seen) is { } grant)
            {
                grants.Add(grant);
            }
        }

        reader.Done();
        return new Checked<GrantSet>(problems.Count == 0 ? new GrantSet(grants) : null, problems);
    }

    private static Grant? ReadGrant(ObjectReader reader, GrantTargets? known, HashSet<(string Workflow, string Server, string Scope)> seen)
    {
        ManifestTexts.CheckMember(reader, "description");
        var workflow = reader.RequiredName("workflow");
        var server = reader.RequiredName("server");
        var scopes = ReadScopes(reader, workflow, server, known, seen);
        var budget = ReadBudget(reader.OptionalObject("budget"));
        reader.Done();
        if (workflow is not null && known?.Workflows.Contains(workflow) == false)
        {
            Unknown(reader, "workflow", ProblemCodes.UnknownWorkflow, "There is no workflow of this name.", workflow, known.Workflows, "Create workflows/NAME.json, or remove the grant.");
        }

        if (server is not null && known?.Servers.ContainsKey(server) == false)
        {
            Unknown(reader, "server", ProblemCodes.UnknownServer, "There is no server of this name.", server, known.Servers.Keys, "Create servers/NAME.json, or remove the grant.");
        }

        return workflow is null || server is null || scopes.Count == 0
            ? null
            : new Grant(new WorkflowName(workflow), new ServerName(server), scopes, budget);
    }

    private static HashSet<ScopeName> ReadScopes(ObjectReader reader, string? workflow, string? server, GrantTargets? known, HashSet<(string Workflow, string Server, string Scope)> seen)
    {
        var scopes = new HashSet<ScopeName>();
        if (reader.RequiredArray("scopes") is not { } items)
        {
            return scopes;
        }

        if (items.Count == 0)
        {
            reader.Report("scopes", ProblemCodes.OutOfRange, "'scopes' is empty.", "Name at least one scope, or remove the grant.");
        }

        var offered = server is not null && known is not null && known.Servers.TryGetValue(server, out var manifest) ? manifest : null;
        foreach (var (item, pointer) in items)
        {
            if (item.ValueKind != System.Text.Json.JsonValueKind.String)
            {
                reader.ReportAt(pointer, ProblemCodes.WrongType, $"A scope is a string, not {JsonWords.Kind(item)}.", "Write a scope of the server's manifest.");
                continue;
            }

            if (!reader.CheckName(item.GetString(), pointer, "A scope"))
            {
                continue;
            }

            var scope = item.GetString()!;
            if (offered is not null && !offered.Credentials.ContainsKey(new ScopeName(scope)))
            {
                var near = Spelling.Nearest(scope, offered.Credentials.Keys.Select(name => name.Value));
                reader.ReportAt(pointer, ProblemCodes.UnknownScope, "The server has no such scope.", near is null ? "Name a scope of the server's manifest." : $"Did you mean \"{near}\"?");
            }

            var isNew = workflow is null || server is null ? scopes.All(other => other.Value != scope) : seen.Add((workflow, server, scope));
            if (!isNew)
            {
                reader.ReportAt(pointer, ProblemCodes.DuplicateGrant, "This workflow, server and scope are granted twice.", "Keep one grant; budgets of two do not add up.");
            }

            scopes.Add(new ScopeName(scope));
        }

        return scopes;
    }

    private static Budget? ReadBudget(ObjectReader? reader)
    {
        if (reader is null)
        {
            return null;
        }

        var perRun = reader.OptionalInt("uses_per_run", 1, 1_000_000_000);
        var perHour = reader.OptionalInt("uses_per_hour", 1, 1_000_000_000);
        reader.Done();
        if (reader.OptionalValue("uses_per_run") is null && reader.OptionalValue("uses_per_hour") is null)
        {
            reader.ReportAt(reader.Pointer, ProblemCodes.MissingMember, "The budget limits nothing.", "Add \"uses_per_run\" or \"uses_per_hour\", or remove \"budget\".");
        }

        return new Budget(perRun, perHour);
    }

    private static void Unknown(ObjectReader reader, string member, string code, string message, string word, IEnumerable<string> candidates, string fix) =>
        reader.Report(member, code, message, Spelling.Nearest(word, candidates) is { } near ? $"Did you mean \"{near}\"?" : fix);
}

/// <summary>What grants may name.</summary>
/// <param name="Workflows">The workflows that exist, valid or not.</param>
/// <param name="Servers">The servers that exist; <c>null</c> for one whose manifest has problems, so that its scopes are not known.</param>
public sealed record GrantTargets(IReadOnlySet<string> Workflows, IReadOnlyDictionary<string, ServerManifest?> Servers);
