using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;
using AgentRuntime.Cli.Views;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Commands.Credentials;

/// <summary><c>agentruntime credentials set SERVER/SCOPE [--field NAME] [--file F]</c>.</summary>
internal static class CredentialsSetCommand
{
    public static Command Create(ProcessHost process)
    {
        var name = CredentialArgument.Create();
        var field = new Option<string?>("--field") { HelpName = "NAME", Description = "Set this field; the other fields are copied from the current version" };
        var file = new Option<string?>("--file") { HelpName = "F", Description = "Read the value from a file" };
        return new Command("set", "Store a new version: from a hidden prompt, from standard input, or from --file; never from an argument") { name, field, file }
            .Does(process, async (context, cancellationToken) =>
            {
                await using var workspace = context.OpenToList();
                var known = workspace.Credentials.Require(CredentialArgument.Parse(context.Arguments.GetRequiredValue(name)));

                // Seen before anybody is asked for a value, so that what another person stores meanwhile is not overwritten.
                var seen = await SeenAsync(workspace, known, cancellationToken);
                var source = new FieldSource(process.Input, context.Arguments.GetValue(file));
                var fields = context.Arguments.GetValue(field) is { } one
                    ? await OneFieldAsync(workspace, known, seen, one, source, cancellationToken)
                    : await source.ReadAsync(known.Name, known.Fields, cancellationToken);
                try
                {
                    var secrets = await workspace.WriterAsync(cancellationToken);
                    var result = await secrets.SetAsync(known.Name, fields, WriteCondition.Unchanged(seen), workspace.Access("set"), cancellationToken);
                    if (!result.Succeeded)
                    {
                        throw StoreFailure.Of(result);
                    }

                    Report(context, known, result, [.. fields.Keys]);
                    return ExitCode.Success;
                }
                finally
                {
                    foreach (var value in fields.Values)
                    {
                        value.Dispose();
                    }
                }
            });
    }

    private static async Task<SecretDescription?> SeenAsync(WorkspaceHost workspace, KnownCredential known, CancellationToken cancellationToken)
    {
        if (workspace.StoreIsNotMade)
        {
            return null;
        }

        var metadata = await workspace.MetadataAsync(cancellationToken);
        return await metadata.DescribeAsync(known.Name, workspace.Access("set"), cancellationToken);
    }

    /// <summary>The field that is asked for, beside copies of the others. The copies are read inside the process and written back; nothing else sees them.</summary>
    private static async Task<Dictionary<string, SecretValue>> OneFieldAsync(WorkspaceHost workspace, KnownCredential known, SecretDescription? seen, string field, FieldSource source, CancellationToken cancellationToken)
    {
        if (!known.Fields.Contains(field, StringComparer.Ordinal))
        {
            throw new CliException(ExitCode.BadInput, "unknown_field", $"{known.Name} has no field of that name.", Suggestion.Hint(field, [.. known.Fields], "fields"));
        }

        var fields = await source.ReadAsync(known.Name, [field], cancellationToken);
        if (seen is not { Current: { } version })
        {
            return fields;
        }

        var secrets = await workspace.SecretsAsync(cancellationToken);
        var read = await secrets.ReadAsync(new SecretReadRequest(known.Name, version, workspace.Access("set")), cancellationToken);
        if (read is SecretReadResult.Failed failed)
        {
            throw StoreFailure.Of(failed.Kind, failed.Message);
        }

        var found = (SecretReadResult.Found)read;
        using var current = found.Material;
        await using var access = found.Access;
        foreach (var (other, value) in current.Fields.Where(pair => known.Fields.Contains(pair.Key, StringComparer.Ordinal) && !fields.ContainsKey(pair.Key)))
        {
            fields.Add(other, value.Duplicate());
        }

        return fields;
    }

    private static void Report(CommandContext context, KnownCredential known, SecretWriteResult result, string[] fields)
    {
        var missing = known.Fields.Except(fields, StringComparer.Ordinal).ToArray();
        context.Output.Show(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("credential", known.Name.ToString());
                json.WriteString("version", result.Version?.Value);
                JsonParts.Strings(json, "fields", fields);
                JsonParts.Strings(json, "missing_fields", missing);
                json.WriteEndObject();
            },
            text =>
            {
                text.Line(new Piece("Stored", Tone.Good), $" {known.Name} version {result.Version}.");
                if (missing.Length > 0)
                {
                    text.Line(new Piece("Still missing: ", Tone.Warn), string.Join(", ", missing), ". No step can use it before they are set.");
                }
            });
    }
}
