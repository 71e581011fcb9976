namespace AgentRuntime.Audit.Reconciliation;

/// <summary>Finds the bracket that closes a JSON value, in pieces: the text grows between two calls and what was seen is not looked at again.</summary>
internal sealed class BracketScan(int depth)
{
    private int _depth = depth;
    private bool _inString;
    private bool _escaped;

    /// <summary>How far it came; behind the closing bracket when it was found.</summary>
    public int Position { get; private set; }

    /// <summary>How many line breaks lie before <see cref="Position"/>.</summary>
    public int Lines { get; private set; }

    /// <summary>Goes on to the end of <paramref name="text"/> or to the closing bracket.</summary>
    public bool TryFindEnd(ReadOnlySpan<byte> text)
    {
        while (Position < text.Length)
        {
            var b = text[Position];
            Position++;
            Lines += b == (byte)'\n' ? 1 : 0;
            if (_inString)
            {
                ReadInString(b);
            }
            else if (b == (byte)'"')
            {
                _inString = true;
            }
            else if (b is (byte)'{' or (byte)'[')
            {
                _depth++;
            }
            else if (b is (byte)'}' or (byte)']')
            {
                _depth--;
                if (_depth == 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void ReadInString(byte b)
    {
        if (_escaped)
        {
            _escaped = false;
        }
        else if (b == (byte)'\\')
        {
            _escaped = true;
        }
        else if (b == (byte)'"')
        {
            _inString = false;
        }
    }
}
