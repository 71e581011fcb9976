using System.Globalization;
using System.Runtime.CompilerServices;

namespace AgentRuntime.Audit.Reconciliation;

/// <summary>Cuts a log into its entries without ever holding more than one of them.</summary>
/// <remarks>
/// Two forms, also one after the other in one stream: one entry on each line, and a list, <c>[...]</c> or <c>{"Records":[...]}</c>, whose entries
/// may lie on any number of lines. On lines, an entry never goes on to the next line: what was torn in the middle of a log is an error on its own
/// line and cannot swallow what follows.
/// </remarks>
/// <param name="source">The log.</param>
/// <param name="listMember">The member that holds the list, or <c>null</c> when only lines are expected.</param>
/// <param name="limit">The greatest length of an entry in bytes.</param>
internal sealed class LogRecordReader(Stream source, string? listMember, int limit)
{
    private const int LongestOpening = 512;

    private long _line = 1;

    /// <summary>The entries, in order.</summary>
    /// <exception cref="StoreLogException">The log is in neither form, an entry is too long, or a list ends in the middle.</exception>
    public async IAsyncEnumerable<LogRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var buffer = new LogBuffer(source, limit);
        await FillToAsync(buffer, 3, cancellationToken);
        if (buffer.Unread.StartsWith(ByteOrderMark))
        {
            buffer.Skip(ByteOrderMark.Length);
        }

        var list = default(ListForm?);
        while (await SkipSpaceAsync(buffer, cancellationToken))
        {
            if (list is { } form)
            {
                if (buffer.Unread[0] == (byte)',')
                {
                    buffer.Skip(1);
                }
                else if (buffer.Unread[0] == (byte)']')
                {
                    buffer.Skip(1);
                    list = null;
                    if (form == ListForm.Member)
                    {
                        buffer.Skip(await FindEndAsync(buffer, depth: 1, cancellationToken));
                    }
                }
                else
                {
                    var begin = _line;
                    var length = await FindEndAsync(buffer, depth: 0, cancellationToken);
                    yield return new LogRecord(buffer.Take(length), begin, IsOpen: false);
                    buffer.Skip(length);
                }
            }
            else if (await OpenListAsync(buffer, cancellationToken) is { } opened)
            {
                list = opened;
            }
            else
            {
                var (length, isOpen) = await FindLineEndAsync(buffer, cancellationToken);
                yield return new LogRecord(buffer.Take(length), _line, isOpen);
                buffer.Skip(length);
            }
        }

        if (list is not null)
        {
            throw Truncated(_line);
        }
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    private static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    /// <summary>Skips white space and counts lines; gives <c>false</c> at the end.</summary>
    private async ValueTask<bool> SkipSpaceAsync(LogBuffer buffer, CancellationToken cancellationToken)
    {
        do
        {
            while (buffer.Unread is [var first, ..] && IsSpace(first))
            {
                _line += first == (byte)'\n' ? 1 : 0;
                buffer.Skip(1);
            }

            if (!buffer.Unread.IsEmpty)
            {
                return true;
            }
        }
        while (await buffer.FillAsync(cancellationToken));
        return false;
    }

    /// <summary>Consumes the opening of a list, if there is one.</summary>
    private async ValueTask<ListForm?> OpenListAsync(LogBuffer buffer, CancellationToken cancellationToken)
    {
        if (listMember is null)
        {
            return null;
        }

        if (buffer.Unread[0] == (byte)'[')
        {
            buffer.Skip(1);
            return ListForm.Bare;
        }

        await FillToAsync(buffer, LongestOpening, cancellationToken);
        var length = OpeningLength(buffer.Unread, listMember);
        if (length == 0)
        {
            return null;
        }

        _line += buffer.Unread[..length].Count((byte)'\n');
        buffer.Skip(length);
        return ListForm.Member;
    }

    /// <summary>The length of <c>{"member":[</c> with any white space; 0 when it is something else.</summary>
    private static int OpeningLength(ReadOnlySpan<byte> text, string member)
    {
        var at = 0;
        return Eat(text, ref at, "{") && Eat(text, ref at, $"\"{member}\"") && Eat(text, ref at, ":") && Eat(text, ref at, "[") ? at : 0;

        static bool Eat(ReadOnlySpan<byte> text, ref int at, string word)
        {
            while (at < text.Length && IsSpace(text[at]))
            {
                at++;
            }

            if (text.Length - at < word.Length || !System.Text.Ascii.Equals(text.Slice(at, word.Length), word))
            {
                return false;
            }

            at += word.Length;
            return true;
        }
    }

    private async ValueTask<(int Length, bool IsOpen)> FindLineEndAsync(LogBuffer buffer, CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            if (buffer.Unread[searched..].IndexOf((byte)'\n') is >= 0 and var found)
            {
                return (searched + found, false);
            }

            searched = buffer.Unread.Length;
            if (!await FillMoreAsync(buffer, _line, cancellationToken))
            {
                return (searched, true);
            }
        }
    }

    /// <summary>The length up to the bracket that closes what is open; begins inside <paramref name="depth"/> brackets.</summary>
    private async ValueTask<int> FindEndAsync(LogBuffer buffer, int depth, CancellationToken cancellationToken)
    {
        var begin = _line;
        if (depth == 0 && buffer.Unread[0] != (byte)'{')
        {
            throw new StoreLogException(StoreLogFault.NotJson, _line, Text($"Line {_line}: the list holds something that is not an object."));
        }

        var scan = new BracketScan(depth);
        while (true)
        {
            if (scan.TryFindEnd(buffer.Unread))
            {
                _line += scan.Lines;
                return scan.Position;
            }

            if (!await FillMoreAsync(buffer, begin, cancellationToken))
            {
                throw Truncated(begin);
            }
        }
    }

    private async ValueTask<bool> FillMoreAsync(LogBuffer buffer, long line, CancellationToken cancellationToken) =>
        buffer.IsFull
            ? throw new StoreLogException(StoreLogFault.TooLong, line, Text($"Line {line}: an entry is longer than {limit} bytes."))
            : await buffer.FillAsync(cancellationToken);

    private static async ValueTask FillToAsync(LogBuffer buffer, int length, CancellationToken cancellationToken)
    {
        while (buffer.Unread.Length < length && !buffer.IsFull && await buffer.FillAsync(cancellationToken))
        {
        }
    }

    private static StoreLogException Truncated(long line) =>
        new(StoreLogFault.Truncated, line, Text($"The list of entries ends in the middle of what begins on line {line}: the file is not complete."));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private enum ListForm
    {
        Bare,
        Member,
    }
}
