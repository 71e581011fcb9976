using System.Globalization;
using System.Text;
using AgentRuntime.Scrubbing.Index;
using AgentRuntime.Secrets;

namespace AgentRuntime.Scrubbing.Forms;

/// <summary>Makes every form of one credential version that the index must know.</summary>
/// <remarks>
/// A piece of a form is redacted from <see cref="SecretIndex.LongMatch"/> bytes on that stand for at least 8 bytes of the value. Values under 4 bytes
/// are not indexed; from 4 to 7 bytes, and names such as a user name, only as whole words; common words only in quotes.
/// </remarks>
internal sealed class SecretForms
{
    private const int MinValue = 4;
    private const int FreeValue = 8;
    private const int MinLine = 12;
    private const int LongestWhole = 96;
    private static readonly string[] IdentityFields = ["username", "user", "login", "email", "account", "client_id", "tenant", "host", "port", "region", "database"];

    private readonly Dictionary<string, IndexedForm> _forms = new(StringComparer.Ordinal);
    private readonly int _label;

    private SecretForms(int label) => _label = label;

    /// <summary>All forms of the material under one label; what could not be indexed is added to <paramref name="warnings"/>.</summary>
    public static IReadOnlyCollection<IndexedForm> Of(SecretMaterial material, int label, ICollection<string> warnings)
    {
        var forms = new SecretForms(label);
        var values = new Dictionary<string, byte[]>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, secret) in material.Fields)
        {
#pragma warning disable RS0030 // The scrubber must know the value to find it; the bytes stay inside the index.
            var value = secret.RevealBytes().ToArray();
#pragma warning restore RS0030
            values[name] = value;
            if (value.Length < MinValue)
            {
                warnings.Add($"The field '{name}' of {material.Reference} is shorter than {MinValue} bytes and cannot be redacted. Use a longer value.");
                continue;
            }

            if (IdentityFields.Contains(name, StringComparer.OrdinalIgnoreCase) && material.Fields.Count > 1)
            {
                forms.AddWhole(value, Boundary.Word);
            }
            else
            {
                if (CommonWords.Contains(Encoding.UTF8.GetString(value)))
                {
                    warnings.Add($"The field '{name}' of {material.Reference} is a common word and is redacted only where it is quoted. Use a random value.");
                }

                forms.AddField(value);
            }
        }

        forms.AddPair(values);
        return forms._forms.Values;
    }

    private void AddPair(Dictionary<string, byte[]> values)
    {
        if (!values.TryGetValue("password", out var password) || !(values.TryGetValue("username", out var user) || values.TryGetValue("user", out user)))
        {
            return;
        }

        byte[] pair = [.. user, (byte)':', .. password];
        Add(pair, pair.Length, Boundary.None, whole: true, "user and password");
        foreach (var text in Base64Forms.Written(Base64Forms.Whole(pair).Concat(Base64Forms.Cores(pair))))
        {
            Add(Encoding.ASCII.GetBytes(text), pair.Length, Boundary.None, whole: true, "basic");
        }

        // What a server reads from the header is the base64, so that is what it may write on in another encoding.
        var header = Convert.ToBase64String(pair);
        foreach (var sent in new[] { header, header.TrimEnd('=') })
        {
            AddAll(Hex(Encoding.ASCII.GetBytes(sent)), pair.Length, Boundary.None, whole: true, "basic, hex");
            AddAll(EscapeForms.Of(sent), pair.Length, Boundary.None, whole: true, "basic, escaped");
        }

        AddAll(Base64Forms.DoubleCores(pair), pair.Length, Boundary.None, whole: true, "basic, base64 again");
        AddAll(Hex(pair), pair.Length, Boundary.None, whole: true, "user and password, hex");
    }

    private void AddField(byte[] value)
    {
        if (!IsText(value, out var text))
        {
            AddValue(value);
            return;
        }

        var parts = CompositeParts.Of(text).Where(part => Encoding.UTF8.GetByteCount(part) >= MinValue).ToArray();
        if (parts.Any(part => part.Length >= FreeValue))
        {
            foreach (var part in parts)
            {
                AddValue(Encoding.UTF8.GetBytes(part));
            }

            return;
        }

        AddValue(value);
        foreach (var part in parts)
        {
            AddValue(Encoding.UTF8.GetBytes(part));
        }

        var trimmed = text.Trim();
        if (trimmed.Length != text.Length)
        {
            AddValue(Encoding.UTF8.GetBytes(trimmed));
        }

        if (trimmed.AsSpan().ContainsAny('\n', '\r'))
        {
            foreach (var line in trimmed.Split(['\n', '\r'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.Length >= MinLine)
                {
                    AddValue(Encoding.UTF8.GetBytes(line));
                }
            }
        }
    }

    private void AddValue(byte[] value)
    {
        if (value.Length < MinValue)
        {
            return;
        }

        var isText = IsText(value, out var text);
        if (isText && CommonWords.Contains(text))
        {
            Add(value, value.Length, Boundary.Quoted, whole: true, "raw");
            AddEncodedWhole(value);
            return;
        }

        if (value.Length < FreeValue)
        {
            AddWhole(value, Boundary.Word);
            return;
        }

        // A value of few distinct characters has pieces that stand everywhere (such as a row of zeros), so only the whole counts.
        var whole = value.Distinct().Count() < 5;
        Add(value, value.Length, Boundary.None, whole, "raw");
        AddAll(Base64Forms.Written(Base64Forms.Cores(value)), value.Length, Boundary.None, whole, "base64");
        AddAll(Base64Forms.DoubleCores(value), value.Length, Boundary.None, whole, "base64 twice");
        AddAll(Hex(value), value.Length, Boundary.None, whole, "hex");

        if (!isText)
        {
            return;
        }

        var utf16 = Encoding.Unicode.GetBytes(text);
        Add(utf16, value.Length, Boundary.None, whole, "utf-16");
        Add(Encoding.BigEndianUnicode.GetBytes(text), value.Length, Boundary.None, whole, "utf-16");
        AddAll(Base64Forms.Written(Base64Forms.Cores(utf16)), value.Length, Boundary.None, whole, "base64 of utf-16");
        AddAll(EscapeForms.Of(text), value.Length, Boundary.None, whole, "escaped");
    }

    private void AddWhole(byte[] value, Boundary boundary)
    {
        Add(value, value.Length, boundary, whole: true, "raw");
        AddEncodedWhole(value);
        if (IsText(value, out var text))
        {
            AddAll(EscapeForms.Of(text), value.Length, boundary, whole: true, "escaped");
        }
    }

    private void AddEncodedWhole(byte[] value)
    {
        AddAll(Base64Forms.Written(Base64Forms.Whole(value)), value.Length, Boundary.Word, whole: true, "base64");
        AddAll(Hex(value), value.Length, Boundary.Word, whole: true, "hex");
    }

    private void AddAll(IEnumerable<string> forms, int valueLength, Boundary boundary, bool whole, string encoding)
    {
        foreach (var form in forms)
        {
            Add(Encoding.UTF8.GetBytes(form), valueLength, boundary, whole, encoding);
        }
    }

    private void Add(byte[] form, int valueLength, Boundary boundary, bool whole, string encoding)
    {
        if (form.Length < MinValue)
        {
            return;
        }

        var piece = Math.Max(SecretIndex.LongMatch, (8 * form.Length / valueLength) + 1);
        var minMatch = Math.Min(form.Length, whole ? LongestWhole : Math.Min(piece, LongestWhole));
        boundary = minMatch == form.Length ? boundary : Boundary.None;
        var key = Convert.ToBase64String(form);
        if (!_forms.TryGetValue(key, out var known) || boundary < known.Boundary)
        {
            _forms[key] = new IndexedForm(form, _label, minMatch, boundary, encoding);
        }
    }

    private static IEnumerable<string> Hex(byte[] value)
    {
        yield return Convert.ToHexStringLower(value);
        yield return Convert.ToHexString(value);
        yield return string.Join(':', value.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
        yield return string.Join(':', value.Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
        yield return string.Join(' ', value.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
        yield return string.Join('-', value.Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
    }

    private static bool IsText(byte[] value, out string text)
    {
        text = Encoding.UTF8.GetString(value);
        return System.Text.Unicode.Utf8.IsValid(value);
    }
}
