using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentRuntime.Audit;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;

namespace AgentRuntime.Cli.Commands.Audit;

/// <summary><c>agentruntime audit verify</c>: exit 5 with the first broken entry.</summary>
internal static class AuditVerifyCommand
{
    public static Command Create(ProcessHost process)
    {
        var file = new Option<string?>("--file") { HelpName = "F", Description = "Verify an export of the whole chain instead; needs no workspace" };
        return new Command("verify", "Recompute the chain of entries and compare it with its anchor") { file }.Does(process, async (context, cancellationToken) =>
        {
            var found = context.Arguments.GetValue(file) is { } export
                ? await AuditVerifier.VerifyAsync(LinesOf(export), anchor: null, cancellationToken)
                : await VerifyWorkspaceAsync(context, cancellationToken);
            context.Output.Show(
                json =>
                {
                    json.WriteStartObject();
                    json.WriteBoolean("whole", found.Break is null);
                    json.WriteNumber("entries", found.Entries);
                    json.WriteString("head", found.Head);
                    if (found.Break is { } broken)
                    {
                        json.WriteStartObject("break");
                        json.WriteNumber("sequence", broken.Sequence);
                        json.WriteString("id", broken.Id);
                        json.WriteString("kind", broken.Kind);
                        json.WriteString("message", broken.Message);
                        json.WriteEndObject();
                    }
                    else
                    {
                        json.WriteNull("break");
                    }

                    WriteAnchor(json, found.Anchor);
                    json.WriteEndObject();
                },
                text =>
                {
                    if (found.Break is { } broken)
                    {
                        text.Line(new Piece("The audit chain is broken", Tone.Bad), string.Create(CultureInfo.InvariantCulture, $" at entry {broken.Sequence}{(broken.Id is null ? string.Empty : $" ({broken.Id})")}: {broken.Kind}."));
                        text.Line(broken.Message);
                        text.Line(new Piece("Keep a copy of the database as it is, and compare it with your exports from before.", Tone.Dim));
                    }
                    else
                    {
                        text.Line(new Piece("The audit chain is whole.", Tone.Good), string.Create(CultureInfo.InvariantCulture, $" {found.Entries} entries, head {found.Head}."));
                    }

                    if (found.Anchor is { } anchor)
                    {
                        text.Line(new Piece(anchor.Message, VouchesForAll(anchor, found.Entries) ? Tone.Dim : Tone.Warn));
                    }
                });
            return found.Break is null ? ExitCode.Success : ExitCode.Integrity;
        });
    }

    /// <summary>Whether the end of the chain was compared with something outside it.</summary>
    public static bool VouchesForAll(AuditAnchorCheck anchor, long entries) => anchor.Status == AuditAnchorStatus.Compared || entries == 0;

    private static void WriteAnchor(Utf8JsonWriter json, AuditAnchorCheck? anchor)
    {
        if (anchor is null)
        {
            json.WriteNull("anchor");
            return;
        }

        json.WriteStartObject("anchor");
        json.WriteString("status", anchor.Status switch
        {
            AuditAnchorStatus.Compared => "compared",
            AuditAnchorStatus.Missing => "missing",
            _ => "unusable",
        });
        json.WriteNumber("entries", anchor.Entries);
        json.WriteString("message", anchor.Message);
        json.WriteEndObject();
    }

    private static async Task<AuditVerification> VerifyWorkspaceAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
        var database = await workspace.DatabaseAsync(cancellationToken);
        return await database.VerifyAsync(cancellationToken);
    }

    private static async IAsyncEnumerable<AuditLine> LinesOf(string file)
    {
        await foreach (var line in File.ReadLinesAsync(file))
        {
            yield return new AuditLine(Place: null, Encoding.UTF8.GetBytes(line));
        }
    }
}
