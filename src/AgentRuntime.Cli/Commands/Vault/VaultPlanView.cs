using System.Globalization;
using System.Text.Json;
using AgentRuntime.Cli.Output;
using AgentRuntime.Cli.Views;
using AgentRuntime.Vaults.HashiCorp.Setup;

namespace AgentRuntime.Cli.Commands.Vault;

/// <summary>Shows what the vault must hold and how it compares.</summary>
internal static class VaultPlanView
{
    public static void Show(IOutput output, IReadOnlyList<VaultPlanItem> items) => output.Show(json => Write(json, items), text => Write(text, items));

    public static void Write(ITextOutput text, IReadOnlyList<VaultPlanItem> items)
    {
        foreach (var item in items)
        {
            var (word, tone) = WordOf(item.Status);
            text.Line(new Piece(word.PadRight(10), tone), new Piece(item.Name, Tone.Strong));
            foreach (var line in item.Lines)
            {
                text.Line("          ", new Piece(line, line switch { ['+', ..] => Tone.Good, ['-', ..] => Tone.Bad, _ => Tone.Dim }));
            }
        }

        var changes = items.Count(static item => item.Status is VaultPlanStatus.Missing or VaultPlanStatus.Different);
        var hands = items.Count(static item => item.Status == VaultPlanStatus.ByHand);
        text.Line(string.Create(CultureInfo.InvariantCulture, $"{items.Count} items, {changes} to change, {items.Count(static item => item.Status == VaultPlanStatus.Written)} written, {hands} by hand."));
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<VaultPlanItem> items)
    {
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (var item in items)
        {
            json.WriteStartObject();
            json.WriteString("name", item.Name);
            json.WriteString("status", WordOf(item.Status).Word.Replace(' ', '_'));
            JsonParts.Strings(json, "lines", item.Lines);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static (string Word, Tone Tone) WordOf(VaultPlanStatus status) => status switch
    {
        VaultPlanStatus.Wanted => ("wanted", Tone.Normal),
        VaultPlanStatus.Same => ("same", Tone.Good),
        VaultPlanStatus.Missing => ("missing", Tone.Warn),
        VaultPlanStatus.Different => ("different", Tone.Warn),
        VaultPlanStatus.Written => ("written", Tone.Good),
        _ => ("by hand", Tone.Warn),
    };
}
