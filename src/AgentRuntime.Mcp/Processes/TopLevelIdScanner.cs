using System.Buffers;
using System.Buffers.Text;

namespace AgentRuntime.Mcp.Processes;

/// <summary>Finds the numeric <c>id</c> of a JSON-RPC message in one pass and constant memory, so that a message too large to read can still be blamed on its call.</summary>
/// <remarks>Feed the message in chunks. Only ids that are integers are found; this client sends no others. Not thread-safe.</remarks>
internal sealed class TopLevelIdScanner
{
    private readonly ArrayBufferWriter<byte> _token = new(32);
    private int _depth;
    private bool _inString;
    private bool _escaped;
    private bool _keyExpected;
    private bool _isId;
    private bool _readingNumber;

    /// <summary>The id, once seen.</summary>
    public long? Id { get; private set; }

    public void Feed(ReadOnlySpan<byte> chunk)
    {
        foreach (var b in chunk)
        {
            if (_inString)
            {
                InString(b);
            }
            else
            {
                Outside(b);
            }
        }
    }

    private void InString(byte b)
    {
        if (_escaped)
        {
            _escaped = false;
            Collect(b);
        }
        else if (b == '\\')
        {
            _escaped = true;
            Collect(b);
        }
        else if (b == '"')
        {
            _inString = false;
            if (_depth == 1 && _keyExpected)
            {
                _isId = _token.WrittenSpan.SequenceEqual("id"u8);
                _keyExpected = false;
            }
        }
        else
        {
            Collect(b);
        }
    }

    private void Outside(byte b)
    {
        if (_readingNumber)
        {
            if (b is (>= (byte)'0' and <= (byte)'9') or (byte)'-')
            {
                Collect(b);
                return;
            }

            _readingNumber = false;
            if (Utf8Parser.TryParse(_token.WrittenSpan, out long id, out var used) && used == _token.WrittenCount)
            {
                Id = id;
            }

            _isId = false;
        }

        switch (b)
        {
            case (byte)'"':
                _inString = true;
                _token.ResetWrittenCount();
                break;
            case (byte)'{':
                _depth = Math.Min(_depth + 1, int.MaxValue - 1);
                _keyExpected = _depth == 1;
                break;
            case (byte)'[':
                _depth = Math.Min(_depth + 1, int.MaxValue - 1);
                break;
            case (byte)'}' or (byte)']':
                _depth = Math.Max(0, _depth - 1);
                break;
            case (byte)',':
                _keyExpected |= _depth == 1;
                _isId = _isId && _depth != 1;
                break;
            case (>= (byte)'0' and <= (byte)'9') or (byte)'-' when _isId && _depth == 1:
                _readingNumber = true;
                _token.ResetWrittenCount();
                Collect(b);
                break;
            default:
                break;
        }
    }

    private void Collect(byte b)
    {
        if (_token.WrittenCount < 24)
        {
            _token.Write([b]);
        }
    }
}
