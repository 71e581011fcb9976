using System.Text;
using AgentRuntime.Audit;

namespace AgentRuntime.TestKit.Storage;

/// <summary>The ways in which somebody with full access to the storage changes an audit chain.</summary>
public static class ChainTampering
{
    /// <summary>Applies one kind of tampering, around the third entry where a place is needed.</summary>
    public static IReadOnlyList<AuditLine> Apply(string kind, IReadOnlyList<AuditLine> lines)
    {
        var list = lines.ToList();
        switch (kind)
        {
            case "changed":
                list[2] = list[2] with { Text = Replace(list[2].Text, "user:maria", "user:mario") };
                return list;
            case "changed last":
                list[^1] = list[^1] with { Text = Replace(list[^1].Text, "user:maria", "user:mario") };
                return list;
            case "changed and hashed again":
                list[2] = list[2] with { Text = Rehash(list[2].Text, list[1].Text) };
                return list;
            case "removed":
                list.RemoveAt(2);
                return list;
            case "removed and places closed":
                list.RemoveAt(2);
                return Renumber(list);
            case "removed first":
                list.RemoveAt(0);
                return list;
            case "reordered":
                (list[2], list[3]) = (list[3], list[2]);
                return Renumber(list);
            case "inserted copy":
                list.Insert(3, list[2] with { Text = Rehash(list[2].Text, list[1].Text) });
                return Renumber(list);
            case "inserted forgery":
                list.Insert(2, list[2] with { Text = Rehash(list[2].Text, list[4].Text) });
                return Renumber(list);
            case "truncated":
                return list[..^2];
            case "emptied":
                return [];
            case "rewritten from the third on":
                for (var i = 2; i < list.Count; i++)
                {
                    list[i] = list[i] with { Text = Rehash(list[i].Text, list[i - 1].Text) };
                }

                return list;
            case "unreadable":
                list[2] = list[2] with { Text = "{\"sequence\":3}"u8.ToArray() };
                return list;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    private static List<AuditLine> Renumber(List<AuditLine> lines) => [.. lines.Select(static (line, i) => line with { Place = i + 1 })];

    private static ReadOnlyMemory<byte> Replace(ReadOnlyMemory<byte> line, string from, string to) =>
        Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(line.Span).Replace(from, to, StringComparison.Ordinal));

    /// <summary>A forged entry in the same place with another content and a correct hash, behind the given line.</summary>
    private static ReadOnlyMemory<byte> Rehash(ReadOnlyMemory<byte> line, ReadOnlyMemory<byte> before)
    {
        var entry = AuditEntryJson.Read(line);
        var draft = entry.Draft with { Id = entry.Draft.Id + "x", Principal = "user:mallory" };
        return AuditChain.Append(AuditChain.Prepare(draft), entry.Sequence, AuditEntryJson.Read(before).Hash).Line;
    }
}
