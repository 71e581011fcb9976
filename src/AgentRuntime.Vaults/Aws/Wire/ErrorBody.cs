using System.Text.Json;

namespace AgentRuntime.Vaults.Aws.Wire;

/// <summary>Finds the code and the words of an error, in the JSON form of Secrets Manager and in the XML form of STS.</summary>
internal static class ErrorBody
{
    private const int Longest = 8 * 1024;

    /// <summary>The code without its namespace (empty when there is none), and AWS's words.</summary>
    /// <param name="body">The answer.</param>
    /// <param name="header">The header <c>x-amzn-ErrorType</c>.</param>
    public static (string Code, string Message) Read(ReadOnlySpan<byte> body, string? header)
    {
        var text = body.TrimStart(" \t\r\n"u8);
        var (code, message) = text.Length is 0 or > Longest ? (null, string.Empty) : text[0] switch
        {
            (byte)'{' => FromJson(text),
            (byte)'<' => (XmlText.Element(text, "Code"u8), XmlText.Element(text, "Message"u8) ?? string.Empty),
            _ => (null, string.Empty),
        };
        return (Bare(code ?? header ?? string.Empty), message);
    }

    private static (string? Code, string Message) FromJson(ReadOnlySpan<byte> body)
    {
        string? code = null;
        var message = string.Empty;
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                {
                    continue;
                }

                var isCode = reader.ValueTextEquals("__type"u8) || reader.ValueTextEquals("code"u8);
                var isMessage = reader.ValueTextEquals("message"u8) || reader.ValueTextEquals("Message"u8);
                reader.Read();
                if (reader.TokenType == JsonTokenType.String && isCode)
                {
                    code ??= reader.GetString();
                }
                else if (reader.TokenType == JsonTokenType.String && isMessage)
                {
                    message = reader.GetString()!;
                }
            }
        }
        catch (JsonException)
        {
            return (null, string.Empty);
        }

        return (code, message);
    }

    // com.amazonaws.secretsmanager#ThrottlingException, or ThrottlingException:http://...
    private static string Bare(string code)
    {
        var start = code.LastIndexOf('#') + 1;
        var end = code.IndexOf(':', start);
        return code[start..(end < 0 ? code.Length : end)].Trim();
    }
}
